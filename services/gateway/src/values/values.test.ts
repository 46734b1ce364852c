import { createHmac } from 'node:crypto';
import type { ContextValues } from '@stitchd/core';
import { unsignedToken } from '@stitchd/core';
import { createLogger } from '@stitchd/service-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { clientKey, createBackend, serverKey, startGateway, until, type Backend } from '../backend.test-support.ts';
import { maxKeptContextCharacters, valuesBodyLimit } from '../limits.ts';
import { followValues } from './follow-values.test-support.ts';

const secret = Buffer.alloc(32, 9);
const environment = { kind: 'environment', id: 'e-1', body: { key: 'environment', signingSecret: secret.toString('base64url') } };
const flag = (key: string, changes: object = {}) => ({
  kind: 'flag',
  id: key,
  body: {
    key,
    type: 'string',
    archived: false,
    clientVisible: true,
    variants: [
      { key: 'a', value: 'red' },
      { key: 'b', value: 'blue' },
    ],
    enabled: true,
    offVariant: 'b',
    prerequisites: [],
    targets: [],
    rules: [],
    defaultServe: { variant: 'a' },
    ...changes,
  },
});
const secretRule = [{ id: 'r-1', when: { attribute: 'plan', op: 'equals', values: ['internal'] }, serve: { variant: 'b' } }];
const split = (to: number, changes: object = {}) => ({
  split: {
    id: 'sp-1',
    contextKind: 'user',
    salt: '0123456789abcdef',
    iterationId: 'it-1',
    sticky: true,
    ranges: [
      { variant: 'a', from: 0, to },
      { variant: 'b', from: to, to: 100_000 },
    ],
    ...changes,
  },
});

let logged = '';
let backend: Backend;
let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  backend = createBackend();
  backend.publish(environment);
  const log = createLogger('debug', { write: (line) => void (logged += line) });
  gateway = await startGateway(backend.definitions, {}, log);
});
afterAll(() => gateway.stop());
beforeEach(() =>
  backend.publish(
    flag('colour', { rules: secretRule }),
    flag('hidden', { clientVisible: false }),
    flag('archived', { archived: true }),
    flag('nothing', { enabled: false, offVariant: null }),
    flag('tested', { defaultServe: split(100_000) }),
  ),
);

const ask = (body: object, key = clientKey, headers: Record<string, string> = {}) =>
  gateway.ask('POST', '/v1/sdk/values', { key, body, headers });
async function valuesOf(body: object, key = clientKey): Promise<ContextValues> {
  const { status, text } = await ask(body, key);
  expect(status, text).toBe(200);
  return JSON.parse(text) as ContextValues;
}
function sign(purpose: 'context' | 'assignments', payload: object, under = secret): string {
  const token = unsignedToken(purpose, { v: 1, env: 'e-1', exp: Date.now() + 60_000, ...payload } as never);
  return token?.sign(createHmac('sha256', under).update(token.signedText).digest()) ?? '';
}

test('A context gets the values of client-visible flags with reason, type and metadata, and no rule of theirs', async () => {
  const { status, text, headers } = await ask({ context: { targetingKey: 'u-1' } });
  const values = JSON.parse(text) as ContextValues;
  expect(status).toBe(200);
  expect(headers.get('etag')).toBe(`"${values.etag}"`);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(Object.keys(values.flags)).toEqual(['colour', 'nothing', 'tested']);
  expect(values.flags['colour']).toMatchObject({ value: 'red', variant: 'a', reason: 'DEFAULT', type: 'string' });
  expect(values.flags['nothing']).toEqual({ reason: 'DISABLED', type: 'string', metadata: { flagRevision: values.revision } });
  expect(values.flags['tested']?.exposures).toEqual([
    { flag: 'tested', variant: 'a', split: 'sp-1', iterationId: 'it-1', kind: 'user', unit: 'u-1' },
  ]);
  for (const rule of ['internal', 'salt', 'ranges', secret.toString('base64url')]) expect(text).not.toContain(rule);
  expect(Object.keys((await valuesOf({}, serverKey)).flags)).toContain('hidden');
  expect(backend.ingested).toEqual([]);
});

test('The same answers are 304 whatever the revision, and another answer is not', async () => {
  const context = { targetingKey: 'u-1' };
  const { etag, revision } = await valuesOf({ context });
  backend.publish(flag('hidden', { clientVisible: false, enabled: false }));
  await until(async () => (await valuesOf({ context })).revision > revision);
  const again = await ask({ context }, clientKey, { 'if-none-match': `"${etag}"` });
  expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', `"${etag}"`]);
  expect((await ask({ context: { plan: 'internal' } }, clientKey, { 'if-none-match': `"${etag}"` })).status).toBe(200);
});

test('A sticky variant stays with its unit when the shares change, and only with that unit and a signature that holds', async () => {
  const [anna, bert] = [{ targetingKey: 'anna' }, { targetingKey: 'bert' }];
  const { assignments, flags } = await valuesOf({ context: anna });
  expect([flags['tested']?.variant, typeof assignments]).toEqual(['a', 'string']);
  backend.publish(flag('tested', { defaultServe: split(1) }));
  await until(async () => (await valuesOf({ context: anna })).flags['tested']?.variant === 'b');
  const kept = await valuesOf({ context: anna, assignments });
  expect(kept.flags['tested']).toMatchObject({ variant: 'a', metadata: { sticky: true } });
  expect(kept.assignments).toBe(assignments);
  expect((await valuesOf({ context: bert, assignments })).flags['tested']?.variant).toBe('b');
  const claim = { units: { user: 'anna' }, a: { 'sp-1': ['it-1', 'a', 'user'] } };
  const served = async (token: string) => (await valuesOf({ context: anna, assignments: token })).flags['tested']?.variant;
  expect(await served(sign('assignments', claim))).toBe('a');
  expect(await served(sign('assignments', claim, Buffer.alloc(32, 1)))).toBe('b');
  expect(await served(sign('assignments', { ...claim, exp: 1 }))).toBe('b');
  expect(await served('nonsense')).toBe('b');
  // What a page says in its context is no assignment; what a server says is.
  const claimed = { ...anna, assignments: { 'sp-1': { iterationId: 'it-1', variant: 'a' } } };
  expect((await valuesOf({ context: claimed })).flags['tested']?.variant).toBe('b');
  expect((await valuesOf({ context: claimed }, serverKey)).flags['tested']?.variant).toBe('a');
});

test('Who signs in on the same device keeps the variant of before', async () => {
  const device = { key: 'd-1' };
  const before = await valuesOf({ context: { targetingKey: 'd-1', anonymous: true, device } });
  backend.publish(flag('tested', { defaultServe: split(1) }));
  const anna = { targetingKey: 'anna', device };
  await until(async () => (await valuesOf({ context: anna })).flags['tested']?.variant === 'b');
  const after = await valuesOf({ context: anna, assignments: before.assignments });
  expect(after.flags['tested']).toMatchObject({ variant: 'a', exposures: [{ unit: 'anna' }] });
  const next = await valuesOf({ context: { targetingKey: 'bert', device }, assignments: after.assignments });
  expect(next.flags['tested']?.variant).toBe('b');
});

test('A context token decides what its kinds are: the page can add a device, and nothing else', async () => {
  const contextToken = sign('context', { context: { targetingKey: 'u-1', plan: 'free' } });
  const colour = async (context: object) => (await valuesOf({ context, contextToken })).flags['colour']?.value;
  expect(await colour({ targetingKey: 'u-1', plan: 'internal', device: { key: 'd-1' } })).toBe('red');
  expect((await valuesOf({ contextToken: sign('context', { context: { plan: 'internal' } }) })).flags['colour']?.value).toBe(
    'blue',
  );
  backend.publish(flag('colour', { defaultServe: split(100_000, { contextKind: 'device' }) }));
  await until(
    async () => (await valuesOf({ context: { device: { key: 'd-1' } }, contextToken })).flags['colour']?.reason === 'SPLIT',
  );
});

test('A context token that is wrong or too old is refused with a code, as is one for somebody else', async () => {
  const context = { targetingKey: 'u-1' };
  const refusal = async (contextToken: string, asked: object = context) =>
    (await ask({ context: asked, contextToken })).json as { readonly code: string; readonly status: number };
  const good = sign('context', { context });
  expect((await ask({ context, contextToken: good })).status).toBe(200);
  expect(await refusal(good, { targetingKey: 'u-2' })).toMatchObject({ code: 'CONTEXT_TOKEN_INVALID', status: 403 });
  expect(await refusal(sign('context', { context, exp: 1 }))).toMatchObject({ code: 'CONTEXT_TOKEN_EXPIRED', status: 403 });
  for (const token of ['x', sign('context', { context }, Buffer.alloc(32)), sign('context', { context, env: 'e-2' })])
    expect(await refusal(token)).toMatchObject({ code: 'CONTEXT_TOKEN_INVALID' });
  const assignments = sign('assignments', { units: {}, a: {} });
  expect(await refusal(assignments)).toMatchObject({ code: 'CONTEXT_TOKEN_INVALID' });
});

test('A page of another origin is answered where the key allows it, and told why where it does not', async () => {
  const allowed = await ask({}, clientKey, { origin: 'https://shop.example' });
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, 'https://shop.example']);
  for (const path of ['/v1/sdk/values', '/v1/sdk/values/stream']) {
    const refused = await gateway.ask('POST', path, { key: clientKey, body: {}, headers: { origin: 'https://evil.example' } });
    expect(refused).toMatchObject({ status: 403, json: { code: 'ORIGIN_NOT_ALLOWED' } });
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://evil.example');
    const preflight = await gateway.ask('OPTIONS', path, { headers: { origin: 'https://shop.example' } });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('if-none-match');
  }
});

test('What is no context, and more than a context may be, is refused', async () => {
  expect(await ask({ context: 7 })).toMatchObject({ status: 400, json: { code: 'VALIDATION_FAILED' } });
  expect(await ask({ context: { targetingKey: 1 } })).toMatchObject({ status: 400, json: { code: 'VALIDATION_FAILED' } });
  expect(await ask({ user: {} })).toMatchObject({ status: 400, json: { code: 'UNKNOWN_FIELD' } });
  const frame = JSON.stringify({ context: { note: '' } }).length;
  expect((await ask({ context: { note: 'x'.repeat(valuesBodyLimit - frame) } })).status).toBe(200);
  expect(await ask({ context: { note: 'x'.repeat(valuesBodyLimit - frame + 1) } })).toMatchObject({
    status: 413,
    json: { code: 'BODY_TOO_LARGE' },
  });
});

test('A stream keeps no large context for whoever has the public key', async () => {
  const frame = JSON.stringify({ note: '' }).length;
  const follow = (key: string, length: number) =>
    followValues(gateway.url, key, { context: { note: 'x'.repeat(length - frame) } });
  expect((await (await follow(clientKey, maxKeptContextCharacters)).next('values')).revision).toBeGreaterThan(0);
  expect((await (await follow(serverKey, maxKeptContextCharacters + 1)).next('values')).revision).toBeGreaterThan(0);
  const context = { note: 'x'.repeat(maxKeptContextCharacters + 1 - frame) };
  const refused = await gateway.ask('POST', '/v1/sdk/values/stream', { key: clientKey, body: { context } });
  expect(refused).toMatchObject({ status: 413, json: { code: 'BODY_TOO_LARGE' } });
});

test('A stream tells the values, and tells them again when one of them changes and not else', async () => {
  const stream = await followValues(gateway.url, clientKey, { context: { targetingKey: 'u-1' } });
  const first = await stream.next('values');
  expect(first.flags['colour']?.value).toBe('red');
  backend.publish(flag('hidden', { clientVisible: false, enabled: false }));
  backend.publish(flag('colour', { defaultServe: { variant: 'b' } }));
  const second = await stream.next('values');
  expect(second.flags['colour']?.value).toBe('blue');
  expect(second.revision).toBe(first.revision + 2);
  stream.close();
  const resumed = await followValues(gateway.url, clientKey, { context: { targetingKey: 'u-1' } }, `"${second.etag}"`);
  backend.publish(flag('colour', { defaultServe: { variant: 'a' } }));
  expect((await resumed.next('values')).flags['colour']?.value).toBe('red');
  resumed.close();
});

test('A stream ends with the reason when its key is revoked', async () => {
  backend.addKey('stck_doomed', { kind: 'sdk-key', keyKind: 'client' });
  const stream = await followValues(gateway.url, 'stck_doomed', {});
  await stream.next('values');
  backend.revoke('stck_doomed');
  expect(await stream.next('error')).toMatchObject({ code: 'KEY_REVOKED', status: 401 });
  await stream.ended;
});

test('Where deliveries expose, values are recorded as they are delivered and hold nothing to be told, unless nobody may be exposed', async () => {
  const settings = (exposuresOn: string) =>
    backend.publish({ kind: 'event-settings', id: 'e-1', body: { key: 'event-settings', exposuresOn } });
  const recorded = (unit: string) =>
    backend.ingested.filter(({ body }) => body.includes(`"${unit}"`) && body.includes('"exposure"')).map(({ body }) => body);
  const follower = await followValues(gateway.url, clientKey, { context: { targetingKey: 'u-follows' } });
  expect((await follower.next('values')).flags['tested']?.exposures).toMatchObject([{ unit: 'u-follows' }]);
  expect((await valuesOf({ context: { targetingKey: 'u-looks' } })).flags['tested']?.exposures).toHaveLength(1);
  settings('delivery');
  // A page that is open hears of it: from now on it has nothing to tell.
  expect((await follower.next('values')).flags['tested']).not.toHaveProperty('exposures');
  expect((await valuesOf({ context: { targetingKey: 'u-gets' } })).flags['tested']).not.toHaveProperty('exposures');
  const looked = await valuesOf({ context: { targetingKey: 'u-refuses' }, exposure: false });
  expect(looked.flags['tested']?.exposures).toHaveLength(1);
  await until(() => recorded('u-gets').length > 0 && recorded('u-follows').length > 0);
  expect(recorded('u-gets').join()).toContain('"delivered":true');
  expect([...recorded('u-refuses'), ...recorded('u-looks')]).toEqual([]);
  follower.close();
  settings('read');
});

test('Nothing of a context is logged or counted by name', async () => {
  const context = { targetingKey: 'secret-anna', email: 'secret-mail', privateAttributes: ['email'] };
  await valuesOf({ context, contextToken: sign('context', { context }) });
  await ask({ context, contextToken: 'secret-token' });
  const stream = await followValues(gateway.url, clientKey, { context });
  await stream.next('values');
  stream.close();
  expect(logged.length).toBeGreaterThan(0);
  for (const text of [logged, await gateway.metrics(), JSON.stringify(backend.ingested)]) expect(text).not.toContain('secret-');
});
