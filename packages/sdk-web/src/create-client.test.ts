import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient } from './create-client.ts';
import { createStitchd } from './create-stitchd.ts';
import type { Platform } from './platform/platform.ts';
import {
  createKeptText,
  createTestPlatform,
  eventStream,
  json,
  valuesOf,
  type Answerer,
} from './platform/test-platform.test-support.ts';
import type { StitchdWebClient } from './web-client.ts';
import { webLimits } from './web-limits.ts';
import { resolveWebOptions, type StitchdWebOptions } from './web-options.ts';

const events = '/v1/sdk/events';
const stream = '/v1/sdk/values/stream';
let open: StitchdWebClient[] = [];
const warnings: string[] = [];
const logger = {
  warn: (message: string) => void warnings.push(message),
  error: (message: string) => void warnings.push(message),
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const client of open) client.close();
  open = [];
  warnings.length = 0;
  vi.useRealTimers();
});

function start(answer: Answerer, options: Partial<StitchdWebOptions> = {}, changes: Partial<Platform> = {}) {
  const page = createTestPlatform(answer, changes);
  const resolved = resolveWebOptions({ url: 'https://flags.example', clientKey: 'stck_x', logger, ...options });
  const client = createClient(resolved, page.platform);
  open.push(client);
  return { ...page, client };
}
const settled = () => vi.advanceTimersByTimeAsync(0);
const accepts: Answerer = ({ body }) => json(202, { accepted: (body['items'] as unknown[]).length, rejected: [] });

/** A gateway that streams one state, and accepts events. */
function streaming(values = valuesOf({ colour: 'red', release: true })) {
  const streams: ReturnType<typeof eventStream>[] = [];
  const answer: Answerer = (asked) => {
    if (asked.path === events) return accepts(asked);
    const made = eventStream(asked.signal);
    streams.push(made);
    made.values(values);
    return made.response;
  };
  return { answer, streams };
}

test('Each type is answered by its own method, the wrong one, an unknown flag and a page without values by the fallback', async () => {
  const values = { ...valuesOf({ colour: 'red', release: true }) };
  const flags = {
    ...values.flags,
    size: { value: 3, variant: 'three', reason: 'STATIC', type: 'integer', metadata: {} },
    shape: { value: { sides: 4 }, variant: 'square', reason: 'STATIC', type: 'json', metadata: {} },
    off: { reason: 'DISABLED', type: 'boolean', metadata: {} },
  } as const;
  const { client } = start(streaming({ ...values, flags }).answer);
  expect(client.stringDetails('colour', 'mine')).toMatchObject({ value: 'mine', errorCode: 'PROVIDER_NOT_READY' });
  await settled();
  expect(client.string('colour', 'mine')).toBe('red');
  expect([client.boolean('release', false), client.number('size', 0), client.json('shape', {})]).toEqual([true, 3, { sides: 4 }]);
  expect(client.numberDetails('colour', 1)).toMatchObject({ value: 1, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' });
  expect(client.booleanDetails('off', true)).toMatchObject({ value: true, variant: undefined, reason: 'DISABLED' });
  for (const key of ['nowhere', '__proto__', 'constructor', 7 as never])
    expect(client.booleanDetails(key, true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
});

test('A bootstrap is read at once and asks for nothing before the page is painted; then only for what has changed since', async () => {
  const bootstrap = { ...valuesOf({ colour: 'red' }), contextToken: 'proof' };
  const { answer, streams } = streaming(valuesOf({ colour: 'blue' }, 2));
  const { client, asked, paint } = start(answer, { bootstrap, context: { targetingKey: 'u' } });
  expect([client.string('colour', ''), client.status().source]).toEqual(['red', 'bootstrap']);
  await settled();
  expect(asked).toEqual([]);
  paint();
  await settled();
  expect(asked[0]).toMatchObject({
    path: stream,
    headers: { 'if-none-match': `"${bootstrap.etag}"`, authorization: 'Bearer stck_x' },
    body: { context: { targetingKey: 'u', device: {} }, contextToken: 'proof' },
  });
  expect([client.string('colour', ''), client.bootstrapped()?.['colour']?.value]).toEqual(['blue', 'red']);
  expect(streams).toHaveLength(1);
});

test('The last values are there at the next start, for the same key and context and no other', async () => {
  const first = start(streaming().answer, { context: { targetingKey: 'u-1', plan: 'pro' } });
  await settled();
  const silent: Answerer = () => new Promise(() => undefined);
  const { storage } = first;
  const again = (options: Partial<StitchdWebOptions>) => start(silent, options, { storage }).client;
  expect(again({ context: { plan: 'pro', targetingKey: 'u-1' } }).string('colour', '')).toBe('red');
  expect(again({ context: { targetingKey: 'u-2' } }).status().ready).toBe(false);
  expect(again({ context: { targetingKey: 'u-1' } }).status().ready).toBe(false);
  expect(again({ context: { targetingKey: 'u-1', plan: 'pro' }, clientKey: 'stck_y' }).status().ready).toBe(false);
  const name = [...storage.kept.keys()].find((kept) => kept.startsWith('stitchd_values')) ?? '';
  expect(storage.kept.get(name)).not.toContain('u-1');
  for (const broken of ['{', 'null', '{"print":1}', '{"print":"","values":{}}']) {
    storage.kept.set(name, broken);
    expect(again({ context: { targetingKey: 'u-1', plan: 'pro' } }).status().ready, broken).toBe(false);
  }
});

test('Values above the limit are not kept, and leave no older ones behind', async () => {
  const large = valuesOf({ colour: 'x'.repeat(webLimits.maxCachedCharacters) });
  const first = start(streaming().answer);
  await settled();
  const { storage } = first;
  expect([...storage.kept.keys()].some((name) => name.startsWith('stitchd_values'))).toBe(true);
  start(streaming(large).answer, {}, { storage });
  await settled();
  expect([...storage.kept.keys()].some((name) => name.startsWith('stitchd_values'))).toBe(false);
});

test('A new context keeps the last values until its own are there, and says whether they came', async () => {
  const { answer } = streaming();
  let pending: ((response: Response) => void) | undefined;
  const { client, asked } = start((request) => {
    const isNext = (request.body['context'] as { readonly targetingKey?: string }).targetingKey === 'anna';
    return isNext ? new Promise((resolve) => void (pending = resolve)) : answer(request);
  });
  await settled();
  const told: (readonly string[])[] = [];
  client.onChange((keys) => void told.push(keys));
  const changed = client.setContext({ targetingKey: 'anna' });
  await settled();
  expect([client.string('colour', ''), told]).toEqual(['red', []]);
  expect(asked.at(-1)?.headers).not.toHaveProperty('if-none-match');
  const made = eventStream(null);
  pending?.(made.response);
  made.values(valuesOf({ colour: 'blue', release: true }, 2));
  expect(await changed).toBe(true);
  expect([client.string('colour', ''), told]).toEqual(['blue', [['colour']]]);
  expect(client.context()).toMatchObject({ targetingKey: 'anna', device: { key: expect.stringMatching(/^[\w-]{36}$/) } });
  const [outdated, late] = [
    client.setContext({ targetingKey: 'anna' }),
    client.setContext({ targetingKey: 'anna', plan: 'x' }, { timeoutMs: 10 }),
  ];
  await vi.advanceTimersByTimeAsync(10);
  expect([await outdated, await late]).toEqual([false, false]);
});

test('Reading exposes once for each unit, variant and iteration within the hour, and looking does not', async () => {
  const exposure = { flag: 'colour', variant: 'red', split: 's', iterationId: 'it-1', kind: 'user', unit: 'u' };
  const { client, asked } = start(streaming(valuesOf({ colour: 'red' }, 1, { exposures: [exposure] })).answer, {
    context: { targetingKey: 'u', org: { key: 'acme' } },
  });
  await settled();
  client.string('colour', '', { exposure: false });
  client.boolean('colour', false);
  expect(client.status().events.queued).toBe(0);
  client.string('colour', '');
  client.stringDetails('colour', '');
  expect(client.status().events.queued).toBe(1);
  await vi.advanceTimersByTimeAsync(webLimits.flushIntervalMs);
  const items = asked.filter(({ path }) => path === events).flatMap(({ body }) => body['items'] as readonly object[]);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    type: 'exposure',
    flag: 'colour',
    variant: 'red',
    split: 's',
    iterationId: 'it-1',
    context: { user: 'u', org: 'acme', device: expect.any(String) },
  });
  await vi.advanceTimersByTimeAsync(webLimits.exposureRepeatMs);
  client.string('colour', '');
  expect(client.status().events.queued).toBe(1);
});

test('The gateway hears whether a delivery may expose: not before consent, not after it was taken back, not where no events are sent', async () => {
  const { client, asked } = start(streaming().answer, { consent: false });
  const mayExpose = () => asked.filter(({ path }) => path === stream).map(({ body }) => body['exposure']);
  await settled();
  client.setConsent(true);
  await client.setContext({ targetingKey: 'u' });
  client.setConsent(false);
  await settled();
  expect(mayExpose()).toEqual([false, undefined, false]);
  const silent = start(streaming().answer, { events: false });
  await settled();
  expect(silent.asked.map(({ body }) => body['exposure'])).toEqual([false]);
});

test('Keys that are private are in no event', async () => {
  const context = { targetingKey: 'u', org: { key: 'acme' }, device: { key: 'd' }, privateAttributes: ['org', '/device/key'] };
  const { client, asked } = start(streaming().answer, { context });
  await settled();
  client.track('purchase');
  await vi.advanceTimersByTimeAsync(webLimits.flushIntervalMs);
  const items = asked.filter(({ path }) => path === events).flatMap(({ body }) => body['items'] as readonly object[]);
  expect(items).toMatchObject([{ key: 'purchase', context: { user: 'u' } }]);
});

test('A visitor who is known by a private device is named by no event, not even as its user', async () => {
  const context = { anonymous: true, org: { key: 'acme' }, privateAttributes: ['device'] };
  const { client, asked } = start(streaming().answer, { context });
  await settled();
  client.track('purchase');
  await vi.advanceTimersByTimeAsync(webLimits.flushIntervalMs);
  const items = asked.filter(({ path }) => path === events).flatMap(({ body }) => body['items'] as readonly object[]);
  expect(items).toMatchObject([{ key: 'purchase', context: { org: 'acme' } }]);
  expect(JSON.stringify(items)).not.toContain('user');
});

test('A visitor who says to be anonymous is known by the device, which stays over visits and is told by a cookie', async () => {
  const { storage, cookies, client } = start(streaming().answer, { context: { anonymous: true } });
  const { targetingKey, device } = client.context() as {
    readonly targetingKey?: string;
    readonly device?: { readonly key: string };
  };
  expect(targetingKey).toBe(device?.key);
  expect([storage.kept.get('stitchd_device'), cookies.kept.get('stitchd_device')]).toEqual([targetingKey, targetingKey]);
  const again = start(streaming().answer, {}, { storage: createKeptText(), cookies }).client;
  expect(again.context()).toEqual({ device });
  const named = start(streaming().answer, { context: { device: { key: 'mine', os: 'x' } } }, { storage, cookies }).client;
  expect([named.context(), storage.kept.get('stitchd_device')]).toEqual([{ device: { key: 'mine', os: 'x' } }, 'mine']);
});

test('The token of assignments is kept for the next request, the next visit and servers', async () => {
  const { answer } = streaming({ ...valuesOf({ colour: 'red' }), assignments: 'token' });
  const { client, storage, cookies, asked } = start(answer);
  await settled();
  expect([storage.kept.get('stitchd_assignments'), cookies.kept.get('stitchd_assignments')]).toEqual(['token', 'token']);
  void client.setContext({ targetingKey: 'anna' });
  await settled();
  expect(asked.at(-1)?.body['assignments']).toBe('token');
  const next = start(answer, {}, { storage });
  await settled();
  expect(next.asked[0]?.body['assignments']).toBe('token');
});

test('Where the browser refuses to keep anything the page works all the same', async () => {
  for (const storage of [createKeptText(true), undefined]) {
    const { client } = start(streaming().answer, {}, { storage, cookies: storage });
    await settled();
    expect([client.string('colour', ''), client.track('purchase')]).toEqual(['red', true]);
    expect(await Promise.race([client.flush(), vi.advanceTimersByTimeAsync(10)])).toBe(true);
  }
});

test('Nothing that an application passes makes a call throw or a promise reject', async () => {
  const { client } = start(streaming().answer);
  await settled();
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  client.onChange(() => {
    throw new Error('of the application');
  });
  client.onStatus(() => {
    throw new Error('of the application');
  });
  expect(client.track('purchase', { properties: cyclic })).toBe(false);
  expect(client.track('purchase', { at: Number.NaN })).toBe(false);
  expect(client.track('purchase', { at: webLimits.latestMs + 1 })).toBe(false);
  expect(client.track('purchase', { at: webLimits.latestMs })).toBe(true);
  const changed = client.setContext({ ...cyclic, big: 1n });
  await settled();
  expect(await changed).toBe(true);
  expect(client.context()).toEqual({ device: { key: expect.any(String) } });
  expect(client.status().events.dropped).toBe(3);
  expect(warnings.join()).toContain('the context is no JSON');
  // As JavaScript may call it, for instance where nobody is signed in.
  for (const nobody of [null, undefined]) {
    void client.setContext(nobody as never);
    expect(client.context()).toEqual({ device: { key: expect.any(String) } });
  }
  void client.setContext(
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('of the application');
        },
      },
    ),
  );
  expect(client.context()).toEqual({ device: { key: expect.any(String) } });
  expect(client.track('purchase', null as never)).toBe(true);
  expect(client.booleanDetails(Symbol('a') as never, true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
});

test('Listeners beyond the limit are refused, and those that are removed hear nothing', async () => {
  const { client } = start(streaming().answer);
  let told = 0;
  const stops = Array.from({ length: webLimits.maxListeners }, () => client.onChange(() => void told++));
  client.onChange(() => void (told += 1_000_000));
  expect(warnings.join()).toContain('listeners');
  for (const stop of stops.slice(1)) stop();
  await settled();
  expect(told).toBe(1);
});

test('Waiting without end waits for values, and options that are none are passed over', async () => {
  const { client } = start(() => json(500, {}));
  const answered: boolean[] = [];
  void client.waitUntilReady({ timeoutMs: Number.POSITIVE_INFINITY }).then((ready) => answered.push(ready));
  const asked = [client.waitUntilReady(null as never), client.setContext({}, null as never), client.flush(null as never)];
  await vi.advanceTimersByTimeAsync(webLimits.requestTimeoutMs + 1);
  expect(await Promise.all(asked)).toEqual([false, false, true]);
  expect(answered).toEqual([]);
});

test('A closed client asks and sends nothing more, and goes on answering', async () => {
  const { client, asked, become, listeners } = start(streaming().answer);
  await settled();
  client.close();
  const before = asked.length;
  become('hidden');
  await vi.advanceTimersByTimeAsync(webLimits.streamAgainMs);
  expect([asked.length, listeners(), client.track('purchase'), client.string('colour', '')]).toEqual([before, 0, false, 'red']);
  expect(await client.setContext({})).toBe(false);
});

test('On a server a client answers from its bootstrap, exposes nobody, asks nothing and starts no timer', async () => {
  const exposures = [{ flag: 'colour', variant: 'red', iterationId: 'it-1', kind: 'user', unit: 'u' }];
  const fetching = vi.spyOn(globalThis, 'fetch');
  const client = createStitchd({
    url: 'http://127.0.0.1:1',
    clientKey: 'stck_x',
    bootstrap: valuesOf({ colour: 'red' }, 1, { exposures }),
  });
  expect([client.string('colour', ''), client.track('purchase'), await client.waitUntilReady()]).toEqual(['red', false, true]);
  expect(await client.setContext({ targetingKey: 'u' })).toBe(false);
  const bare = createStitchd({ url: 'http://127.0.0.1:1', clientKey: 'stck_x' });
  expect([bare.string('colour', 'mine'), await bare.waitUntilReady()]).toEqual(['mine', false]);
  expect([fetching.mock.calls.length, vi.getTimerCount(), client.status().events.queued]).toEqual([0, 0, 0]);
  fetching.mockRestore();
});

test('Options that can not work are refused at once, with a sentence that says which', () => {
  const options = { url: 'https://flags.example', clientKey: 'stck_x' };
  const bad: readonly (readonly [object, string])[] = [
    [{ clientKey: '' }, 'clientKey is missing'],
    [{ clientKey: 'stsk_x' }, 'clientKey is a server key'],
    [{ url: 'flags.example' }, 'url must be'],
    [{ url: 'ftp://flags.example' }, 'url must be'],
    [{ pollIntervalMs: 999 }, 'pollIntervalMs must be a number from 1000 to 2147483647'],
    [{ pollIntervalMs: 2 ** 31 }, 'pollIntervalMs must be'],
    [{ flushIntervalMs: Number.NaN }, 'flushIntervalMs must be a number from 10'],
  ];
  for (const [change, message] of bad) expect(() => resolveWebOptions({ ...options, ...change })).toThrow(message);
  expect(resolveWebOptions({ ...options, url: 'https://flags.example/base//' }).url).toBe('https://flags.example/base');
  expect(resolveWebOptions({ ...options, logger, bootstrap: { flags: 7 } as never }).bootstrap).toBeUndefined();
  expect(warnings.join()).toContain('the bootstrap holds no values');
});

test('Reads are counted and told once a minute and as the page goes away, unless that is switched off', async () => {
  const summaries = async (options: Partial<StitchdWebOptions>) => {
    const { client, asked } = start(streaming().answer, options);
    await settled();
    for (let read = 0; read < 3; read++) client.string('colour', 'mine');
    client.string('nowhere', 'mine');
    await vi.advanceTimersByTimeAsync(webLimits.usageIntervalMs + webLimits.flushIntervalMs);
    client.string('colour', 'mine');
    void client.flush();
    await settled();
    const bodies = asked.filter(({ path }) => path === events).map(({ body }) => body);
    for (const { sdk } of bodies) expect(sdk).toMatchObject({ name: 'stitchd-web' });
    return bodies.flatMap(({ items }) => items as readonly { readonly id: string; readonly flags: unknown }[]);
  };
  const told = await summaries({});
  expect(told.map(({ flags }) => flags)).toEqual([
    [{ flag: 'colour', variant: expect.any(String) as string, reason: 'STATIC', count: 3 }],
    [{ flag: 'colour', variant: expect.any(String) as string, reason: 'STATIC', count: 4 }],
  ]);
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  expect(await summaries({ usage: false })).toEqual([]);
  expect(await summaries({ consent: false })).toEqual([]);
});
