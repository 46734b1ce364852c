import { createHmac } from 'node:crypto';
import {
  createReplica,
  checksumOf,
  parseToken,
  unsignedToken,
  writeDefinitionsDocument,
  type FlagDefinition,
} from '@stitchd/core';
import { expect, test } from 'vitest';
import { createTestClient } from '../testing/create-test-client.ts';
import { experimentFlag } from '../testing/split-flag.test-support.ts';
import { deviceFromCookie } from './page-cookies.ts';

const environmentId = '0190a000-0000-7000-8000-00000000000e';
const secret = Buffer.alloc(32, 5);
const nowMs = 1_700_000_000_000;
const sticky = (to: number): FlagDefinition['defaultServe'] => ({
  split: {
    id: 'sp-1',
    contextKind: 'user',
    salt: '0123456789abcdef',
    iterationId: 'it-1',
    sticky: true,
    ranges: [
      { variant: 'on', from: 0, to },
      { variant: 'off', from: to, to: 100_000 },
    ],
  },
});

function documentOf(flags: readonly FlagDefinition[], signingSecret?: string) {
  const entities = [
    ...flags.map((flag) => ({ kind: 'flag', id: flag.key, body: JSON.stringify(flag) })),
    ...(signingSecret === undefined
      ? []
      : [{ kind: 'environment', id: environmentId, body: JSON.stringify({ key: 'environment', signingSecret }) }]),
  ].map((entity) => ({ ...entity, revision: 7 }));
  const replica = createReplica();
  replica.apply({ revision: 7n, fromRevision: 0n, last: true, checksum: checksumOf(entities), entities, removed: [] });
  return writeDefinitionsDocument(replica, environmentId);
}

function start(shareOfOn = 100_000, options: { readonly secret?: string; readonly privateAttributes?: readonly string[] } = {}) {
  const flags = [
    experimentFlag('shown', { clientVisible: true, defaultServe: sticky(shareOfOn) }),
    experimentFlag('hidden', { defaultServe: { variant: 'on' } }),
  ];
  const { secret: signingSecret = secret.toString('base64url'), privateAttributes = [] } = options;
  return createTestClient({ document: documentOf(flags, signingSecret), nowMs: () => nowMs, privateAttributes });
}

const anna = { targetingKey: 'anna', plan: 'pro', email: 'a@example.org' };
const read = (purpose: 'context' | 'assignments', token: string | null | undefined) => {
  const parsed = parseToken(purpose, token, { environmentId, nowMs });
  if (parsed.kind !== 'parsed') throw new Error(parsed.kind);
  expect(Buffer.from(parsed.mac)).toEqual(createHmac('sha256', secret).update(parsed.signedText).digest());
  return parsed.payload;
};

test('A bootstrap holds the values of client-visible flags with what reading them exposes, and exposes nobody itself', async () => {
  const client = start();
  const bootstrap = await client.bootstrap(anna);
  expect(bootstrap).toMatchObject({
    revision: client.status().revision,
    flags: {
      shown: { value: true, variant: 'on', reason: 'SPLIT', exposures: [{ iterationId: 'it-1', kind: 'user', unit: 'anna' }] },
    },
  });
  expect(Object.keys(bootstrap?.flags ?? {})).toEqual(['shown']);
  expect(read('assignments', bootstrap?.assignments)).toMatchObject({
    units: { user: 'anna' },
    a: { 'sp-1': ['it-1', 'on', 'user'] },
  });
  expect(bootstrap).not.toHaveProperty('contextToken');
  expect(client.exposures()).toEqual([]);
  expect(JSON.stringify(bootstrap)).not.toContain('ranges');
});

test('A signed bootstrap proves the context without its private attributes, for a day or as long as it is told', async () => {
  const client = start(100_000, { privateAttributes: ['email'] });
  const signed = await client.bootstrap({ ...anna, phone: '1', privateAttributes: ['phone'] }, { signed: true });
  expect(read('context', signed?.contextToken)).toEqual({
    v: 1,
    env: environmentId,
    exp: nowMs + 86_400_000,
    context: { targetingKey: 'anna', plan: 'pro' },
  });
  const short = await client.bootstrap(client.context(anna), { signed: true, expiresInMs: 1_000 });
  expect(read('context', short?.contextToken)).toMatchObject({ exp: nowMs + 1_000 });
});

test('A unit that is private is neither exposed by the page nor told to it', async () => {
  const client = start(100_000, { privateAttributes: ['targetingKey'] });
  const bootstrap = await client.bootstrap(anna);
  expect(bootstrap).toMatchObject({ assignments: null, flags: { shown: { variant: 'on' } } });
  expect(JSON.stringify(bootstrap)).not.toContain('anna');
});

test('A variant that the cookie remembers is honoured: for its own visitor, by its own signature', async () => {
  const { assignments } = (await start(100_000).bootstrap(anna)) ?? {};
  const cookie = `theme=dark; stitchd_assignments=${assignments}; stitchd_device=d-7`;
  const client = start(1);
  expect((await client.bootstrap(anna))?.flags['shown']?.variant).toBe('off');
  const kept = await client.bootstrap(anna, { cookie });
  expect([kept?.flags['shown']?.variant, kept?.assignments]).toEqual(['on', assignments]);
  expect((await client.bootstrap({ targetingKey: 'bert' }, { cookie }))?.flags['shown']?.variant).toBe('off');
  const held = await client.assignmentsFromCookie(cookie, anna);
  expect(held).toEqual({ 'sp-1': { iterationId: 'it-1', variant: 'on' } });
  expect(client.boolean('shown', { ...anna, assignments: held }, false)).toBe(true);
  const forged = unsignedToken('assignments', {
    v: 1,
    env: environmentId,
    exp: nowMs + 1,
    units: { user: 'anna' },
    a: { 'sp-1': ['it-1', 'on', 'user'] },
  });
  const bad = [forged?.sign(new Uint8Array(32)), 'x', '', '%', assignments?.slice(1)];
  for (const token of bad)
    expect(await client.assignmentsFromCookie(`stitchd_assignments=${token}`, anna), token).toBeUndefined();
  for (const header of [undefined, null, '', 'theme=dark', `a=${'x'.repeat(70_000)}; ${cookie}`])
    expect(await client.assignmentsFromCookie(header, anna)).toBeUndefined();
});

test('The device is read from its cookie, and a broken one is none', () => {
  expect(deviceFromCookie('a=b; stitchd_device=d-7; c=d')).toBe('d-7');
  expect(deviceFromCookie('stitchd_device=d%207')).toBe('d 7');
  for (const header of [undefined, null, '', 'stitchd_device=', 'stitchd_device=%', 'xstitchd_device=1'])
    expect(deviceFromCookie(header)).toBeUndefined();
});

test('Without a signing secret values are there all the same, unsigned', async () => {
  const client = createTestClient({ definitions: [experimentFlag('shown', { clientVisible: true, defaultServe: sticky(1) })] });
  const bootstrap = await client.bootstrap(anna, { signed: true, cookie: 'stitchd_assignments=x' });
  expect(bootstrap).toMatchObject({ assignments: null, flags: { shown: { variant: 'off' } } });
  expect(bootstrap).not.toHaveProperty('contextToken');
});

test('Whatever it is given, a bootstrap never rejects; a context too large for a token is not signed', async () => {
  const client = start();
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('hostile');
      },
    },
  );
  for (const context of [hostile, null, 7] as never[])
    expect(await client.bootstrap(context, { signed: true })).toMatchObject({ flags: { shown: {} } });
  const large = await client.bootstrap({ ...anna, note: 'x'.repeat(40_000) }, { signed: true });
  expect(large).not.toHaveProperty('contextToken');
  const throwing = {
    get cookie(): string {
      throw new Error('hostile');
    },
  };
  expect(await client.bootstrap(anna, throwing)).toBeUndefined();
});
