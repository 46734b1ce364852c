import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiToken, clientKey, createBackend, serverKey, startGateway, until, type Backend } from '../backend.test-support.ts';
import { membershipWaitMs } from '../limits.ts';

let backend: Backend;
let gateway: Awaited<ReturnType<typeof startGateway>>;

const booleans = [
  { key: 'on', value: true },
  { key: 'off', value: false },
];
const common = {
  type: 'boolean',
  archived: false,
  variants: booleans,
  enabled: true,
  offVariant: 'off',
  prerequisites: [],
  targets: [],
  rules: [],
};
const split = {
  id: 'sp-1',
  contextKind: 'user',
  salt: '0123456789abcdef',
  iterationId: 'it-1',
  ranges: [
    { variant: 'on', from: 0, to: 50_000 },
    { variant: 'off', from: 50_000, to: 100_000 },
  ],
};
const flags = {
  visible: {
    ...common,
    clientVisible: true,
    rules: [{ id: 'r-1', when: { attribute: 'plan', op: 'equals', values: ['pro'] }, serve: { variant: 'off' } }],
    defaultServe: { variant: 'on' },
  },
  hidden: { ...common, clientVisible: false, defaultServe: { variant: 'on' } },
  plain: { ...common, enabled: false, offVariant: null, clientVisible: true, defaultServe: { variant: 'on' } },
  tested: { ...common, clientVisible: true, defaultServe: { split } },
  sticky: { ...common, clientVisible: true, defaultServe: { split: { ...split, id: 'sp-2', sticky: true } } },
  listed: {
    ...common,
    clientVisible: true,
    rules: [{ id: 'r-2', when: { inSegment: 'vip' }, serve: { variant: 'on' } }],
    defaultServe: { variant: 'off' },
  },
};

const vip = {
  kind: 'segment',
  id: 'vip',
  body: { key: 'vip', type: 'list', contextKind: 'user', included: { remote: true }, excluded: { keys: [] } },
};

beforeAll(async () => {
  backend = createBackend();
  backend.publish(...Object.entries(flags).map(([key, body]) => ({ kind: 'flag', id: key, body: { key, ...body } })), vip);
  gateway = await startGateway(backend.definitions);
});
afterAll(() => gateway.stop());

const evaluate = (key: string, flag: string, context: unknown) =>
  gateway.ask('POST', `/ofrep/v1/evaluate/flags/${flag}`, { key, body: { context } });

test('A flag is evaluated with the words of OFREP: the default serve is UNKNOWN, a rule TARGETING_MATCH', async () => {
  expect(await evaluate(serverKey, 'visible', { targetingKey: 'u-1' })).toMatchObject({
    status: 200,
    json: { key: 'visible', value: true, variant: 'on', reason: 'UNKNOWN' },
  });
  expect(await evaluate(serverKey, 'visible', { targetingKey: 'u-1', plan: 'pro' })).toMatchObject({
    json: { value: false, variant: 'off', reason: 'TARGETING_MATCH', metadata: { ruleId: 'r-1' } },
  });
});

test("A flag that serves nothing has no value, so that the caller's own default holds", async () => {
  const { status, json } = await evaluate(serverKey, 'plain', {});
  expect({ status, json }).toMatchObject({ status: 200, json: { key: 'plain', reason: 'DISABLED' } });
  expect(json).not.toHaveProperty('value');
});

test('To a client key a flag that is not client-visible does not exist, alone or among all', async () => {
  expect((await evaluate(serverKey, 'hidden', {})).status).toBe(200);
  expect(await evaluate(clientKey, 'hidden', {})).toMatchObject({
    status: 404,
    json: { key: 'hidden', errorCode: 'FLAG_NOT_FOUND' },
  });
  const all = async (key: string) => {
    const { json } = await gateway.ask('POST', '/ofrep/v1/evaluate/flags', { key, body: { context: {} } });
    return (json as { readonly flags: readonly { readonly key: string }[] }).flags.map((flag) => flag.key).toSorted();
  };
  expect(await all(serverKey)).toEqual(['hidden', 'listed', 'plain', 'sticky', 'tested', 'visible']);
  expect(await all(clientKey)).toEqual(['listed', 'plain', 'sticky', 'tested', 'visible']);
});

test('An answer for all flags that did not change is not sent again', async () => {
  const ask = (headers: Record<string, string>) =>
    gateway.ask('POST', '/ofrep/v1/evaluate/flags', { key: clientKey, body: { context: { targetingKey: 'u-1' } }, headers });
  const first = await ask({});
  const second = await ask({ 'if-none-match': first.headers.get('etag') ?? '' });
  expect([first.status, second.status, second.text]).toEqual([200, 304, '']);
});

test('What is wrong with the request is told in the words of OFREP', async () => {
  const path = '/ofrep/v1/evaluate/flags/visible';
  expect(await gateway.ask('POST', path, { key: serverKey, body: '{' })).toMatchObject({
    status: 400,
    json: { key: 'visible', errorCode: 'PARSE_ERROR' },
  });
  expect(await evaluate(serverKey, 'visible', { targetingKey: 7 })).toMatchObject({
    status: 400,
    json: { errorCode: 'INVALID_CONTEXT', errorDetails: 'context.targetingKey must be text' },
  });
  expect(await gateway.ask('POST', path, { body: {} })).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
  expect((await gateway.ask('POST', path, { body: {}, headers: { 'x-api-key': serverKey } })).status).toBe(200);
});

test('A list that nobody holds is asked for before the evaluation', async () => {
  expect(await evaluate(serverKey, 'listed', { targetingKey: 'u-in' })).toMatchObject({ json: { variant: 'on' } });
  expect(await evaluate(serverKey, 'listed', { targetingKey: 'u-out' })).toMatchObject({ json: { variant: 'off' } });
});

describe('while segmentation-service fails', () => {
  let own: Backend;
  let ownGateway: Awaited<ReturnType<typeof startGateway>>;
  beforeAll(async () => {
    own = createBackend();
    const inverse = [{ id: 'r-3', when: { not: { inSegment: 'vip' } }, serve: { variant: 'on' } }];
    own.publish(
      { kind: 'flag', id: 'listed', body: { key: 'listed', ...flags.listed } },
      { kind: 'flag', id: 'others', body: { key: 'others', ...flags.listed, rules: inverse } },
      { kind: 'flag', id: 'visible', body: { key: 'visible', ...flags.visible } },
      vip,
    );
    ownGateway = await startGateway(own.definitions);
  });
  afterAll(() => ownGateway.stop());
  const variants = async (targetingKey: string): Promise<Readonly<Record<string, string | number>>> => {
    const body = { context: { targetingKey } };
    const { status, json } = await ownGateway.ask('POST', '/ofrep/v1/evaluate/flags', { key: serverKey, body });
    const evaluated = (json as { readonly flags?: readonly { readonly key: string; readonly variant: string }[] }).flags;
    return { status, ...Object.fromEntries(evaluated?.map(({ key, variant }) => [key, variant]) ?? []) };
  };

  test('While it answers, the flags follow the list, and it is waited for no longer than its time', async () => {
    expect(await variants('u-in')).toEqual({ status: 200, listed: 'on', others: 'off', visible: 'on' });
    expect(await variants('u-out')).toEqual({ status: 200, listed: 'off', others: 'on', visible: 'on' });
    expect(own.state.leftMs).toBeLessThanOrEqual(membershipWaitMs);
    expect(await ownGateway.metrics()).toMatch(/^stitchd_remote_unresolved_memberships_total\{service="gateway"\} 0$/m);
  });

  test('While it is away its lists are unknown, which lets nobody in by either rule, all else is served, and it is counted', async () => {
    for (const failure of ['SERVICE_UNAVAILABLE', 'STORE_UNAVAILABLE', 'DEADLINE_EXCEEDED'] as const) {
      own.state.listsFail = failure;
      expect(await variants(`asked-during-${failure}`)).toEqual({ status: 200, listed: 'off', others: 'off', visible: 'on' });
    }
    expect(await ownGateway.metrics()).toMatch(/^stitchd_remote_unresolved_memberships_total\{service="gateway"\} 3$/m);
  });

  test('What it answered before is used while it is away, until its list changes', async () => {
    expect(await variants('u-in')).toEqual({ status: 200, listed: 'on', others: 'off', visible: 'on' });
    own.publish({ ...vip, body: { ...vip.body, membersVersion: 2 } });
    await until(async () => (await variants('u-in'))['listed'] === 'off');
    expect(await variants('u-in')).toEqual({ status: 200, listed: 'off', others: 'off', visible: 'on' });
  });

  test('A fault of it is told, not passed over', async () => {
    own.state.listsFail = 'INTERNAL';
    expect(await variants('asked-during-fault')).toEqual({ status: 500 });
  });
});

test('Reading one value under a running experiment records its exposure once; reading all records none', async () => {
  const context = { targetingKey: 'u-42', device: { key: 'd-1' }, email: 'secret@example.org' };
  await gateway.ask('POST', '/ofrep/v1/evaluate/flags', { key: clientKey, body: { context } });
  await evaluate(clientKey, 'tested', context);
  await evaluate(clientKey, 'tested', context);
  const exposures = () => backend.ingested.filter(({ body }) => body.includes('exposure'));
  await until(() => exposures().length > 0);
  const sent = exposures().map(({ body }) => JSON.parse(body) as { readonly items: readonly object[] });
  expect(sent.flatMap(({ items }) => items)).toEqual([
    expect.objectContaining({
      type: 'exposure',
      flag: 'tested',
      split: 'sp-1',
      iterationId: 'it-1',
      variant: 'off',
      context: { user: 'u-42', device: 'd-1' },
    }),
  ]);
  expect(exposures()[0]?.principal).toMatchObject({ kind: 'sdk-key', id: clientKey, environmentId: 'e-1' });
});

test('A gateway that is stopped sends the exposures that wait before it ends', async () => {
  const stopping = await startGateway(backend.definitions);
  const body = { context: { targetingKey: 'u-stopping' } };
  await stopping.ask('POST', '/ofrep/v1/evaluate/flags/tested', { key: clientKey, body });
  await stopping.stop();
  expect(backend.ingested.filter(({ body: sent }) => sent.includes('u-stopping') && sent.includes('exposure'))).toHaveLength(1);
});

test('A preview shows one flag with its trace or all flags, to people only', async () => {
  const path = '/v1/projects/shop/environments/live/evaluate';
  const context = { targetingKey: 'u-42', plan: 'pro' };
  const one = await gateway.ask('POST', path, { key: apiToken, body: { flag: 'visible', context } });
  expect(one.json).toMatchObject({
    revision: 2,
    flags: [{ flag: 'visible', variant: 'off', reason: 'TARGETING_MATCH' }],
    trace: [{ kind: 'rule', ruleId: 'r-1', result: true }],
  });
  const all = await gateway.ask('POST', path, { key: apiToken, body: { context } });
  expect((all.json as { readonly flags: readonly object[] }).flags).toHaveLength(6);
  expect((await gateway.ask('POST', path, { key: serverKey, body: { context } })).json).toMatchObject({ code: 'KEY_WRONG_KIND' });
});

test('Which variant a unit was given is believed of servers, and not of pages, one flag at a time and all at once', async () => {
  const context = { targetingKey: 'u-42', assignments: { 'sp-2': { iterationId: 'it-1', variant: 'on' } } };
  const told = async (key: string) => {
    const one = await evaluate(key, 'sticky', context);
    const all = await gateway.ask('POST', '/ofrep/v1/evaluate/flags', { key, body: { context } });
    const { flags: answers } = all.json as { readonly flags: readonly { readonly key: string; readonly variant: string }[] };
    return [(one.json as { readonly variant: string }).variant, answers.find((answer) => answer.key === 'sticky')?.variant];
  };
  expect(await told(serverKey)).toEqual(['on', 'on']);
  expect(await told(clientKey)).toEqual(['off', 'off']);
});

test('Pages of the origins that a client key allows may ask and read the ETag, also where nothing has changed; others may not', async () => {
  const origin = 'https://shop.example';
  const all = '/ofrep/v1/evaluate/flags';
  for (const path of [all, `${all}/visible`]) {
    const preflight = await gateway.ask('OPTIONS', path, { headers: { origin, 'access-control-request-method': 'POST' } });
    expect([path, preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([path, 204, origin]);
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(
      /authorization.*content-type.*if-none-match.*x-api-key/,
    );
    const foreign = { key: clientKey, body: { context: {} }, headers: { origin: 'https://evil.example' } };
    expect(await gateway.ask('POST', path, foreign)).toMatchObject({ status: 403, json: { code: 'ORIGIN_NOT_ALLOWED' } });
  }
  const ask = (headers: Record<string, string>) =>
    gateway.ask('POST', all, { key: clientKey, body: { context: {} }, headers: { origin, ...headers } });
  const etag = (await ask({})).headers.get('etag') ?? '';
  const unchanged = await ask({ 'if-none-match': etag });
  expect([unchanged.status, unchanged.headers.get('access-control-allow-origin'), unchanged.headers.get('vary')]).toEqual([
    304,
    origin,
    'Origin',
  ]);
  expect(unchanged.headers.get('access-control-expose-headers')).toContain('etag');
});

test('Where deliveries expose, reading all flags records what runs, until reads alone expose again', async () => {
  const settings = (exposuresOn: string) =>
    backend.publish({ kind: 'event-settings', id: 'e-1', body: { key: 'event-settings', exposuresOn } });
  const recorded = (unit: string) =>
    backend.ingested
      .flatMap(
        ({ body }) =>
          (JSON.parse(body) as { readonly items: readonly { readonly context?: { readonly user?: string } }[] }).items,
      )
      .filter(({ context }) => context?.user === unit);
  const all = (unit: string) =>
    gateway.ask('POST', '/ofrep/v1/evaluate/flags', { key: clientKey, body: { context: { targetingKey: unit } } });
  settings('delivery');
  await until(async () => {
    await all('u-delivered');
    return recorded('u-delivered').length > 0;
  });
  const delivered = { type: 'exposure', iterationId: 'it-1', delivered: true };
  expect(recorded('u-delivered')).toEqual([
    expect.objectContaining({ ...delivered, flag: 'sticky' }),
    expect.objectContaining({ ...delivered, flag: 'tested' }),
  ]);
  settings('read');
  await until(async () => {
    await all(`u-${Math.random()}`);
    await evaluate(clientKey, 'tested', { targetingKey: 'u-read' });
    return recorded('u-read').length > 0;
  });
  expect(recorded('u-read')[0]).not.toHaveProperty('delivered');
  expect(recorded('u-delivered')).toHaveLength(2);
});
