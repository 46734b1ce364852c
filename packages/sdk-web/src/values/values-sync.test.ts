import type { ContextValues } from '@stitchd/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backoffMs } from '../backoff.ts';
import type { Platform } from '../platform/platform.ts';
import { createTestPlatform, eventStream, json, valuesOf, type Answerer } from '../platform/test-platform.test-support.ts';
import { webLimits } from '../web-limits.ts';
import { createValuesSync, type ConnectionState } from './values-sync.ts';

const stream = '/v1/sdk/values/stream';
const poll = '/v1/sdk/values';
let ends: (() => void)[] = [];
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const end of ends) end();
  ends = [];
  vi.useRealTimers();
});

function start(answer: Answerer, options: { readonly streaming?: boolean; readonly changes?: Partial<Platform> } = {}) {
  const page = createTestPlatform(answer, options.changes);
  const states: ConnectionState[] = [];
  const got: ContextValues[] = [];
  let confirmed = 0;
  const sync = createValuesSync({
    platform: page.platform,
    streaming: options.streaming ?? true,
    pollIntervalMs: 60_000,
    onState: () => void states.push(sync.connection()),
  });
  ends.push(sync.close);
  sync.follow({
    gateway: { url: 'https://flags.example', clientKey: 'stck_x' },
    fetch: page.platform.fetch,
    body: () => '{}',
    etag: () => got.at(-1)?.etag,
    onValues: (values) => void got.push(values),
    onConfirmed: () => void confirmed++,
  });
  return { ...page, sync, states, got, confirmed: () => confirmed };
}
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('Changes are taken from the stream; when it ends it is opened again, with what is known', async () => {
  const streams: ReturnType<typeof eventStream>[] = [];
  const { asked, got, states, confirmed } = start(({ signal }) => {
    streams.push(eventStream(signal));
    return (streams.at(-1) as ReturnType<typeof eventStream>).response;
  });
  await pass(0);
  streams[0]?.values(valuesOf({ a: 'x' }));
  streams[0]?.values(valuesOf({ a: 'y' }, 2));
  await pass(0);
  expect(got.map(({ revision }) => revision)).toEqual([1, 2]);
  streams[0]?.end();
  await pass(webLimits.reconnectMs.first);
  expect(asked[1]?.headers['if-none-match']).toBe(`"${got[1]?.etag}"`);
  streams[1]?.write(':\n\n');
  await pass(0);
  expect(confirmed()).toBe(1);
  expect(states).toEqual(['connecting', 'streaming', 'waiting', 'connecting', 'streaming']);
});

test('A stream that is held back, or that the server lacks, gives way to polling, and is tried again later', async () => {
  for (const kind of ['silent', 'missing'] as const) {
    const { paths, got, sync } = start(({ path, signal }) => {
      if (path === poll) return json(200, valuesOf({ a: 'x' }));
      return kind === 'silent' ? eventStream(signal).response : json(404, {});
    });
    await pass(webLimits.firstEventMs);
    expect(paths(), kind).toEqual([stream, poll]);
    expect([got.length, sync.connection()]).toEqual([1, 'polling']);
    await pass(60_000);
    expect(paths()).toEqual([stream, poll, poll]);
    await pass(webLimits.streamAgainMs);
    expect(paths().filter((path) => path === stream)).toHaveLength(2);
    sync.close();
  }
});

test('A page for which the gateway has no stream left polls, and leaves a gateway alone that is asked too often', async () => {
  let isLimited = false;
  const { paths, got, sync } = start(({ path }) => {
    if (path === stream || isLimited) return json(429, { code: 'RATE_LIMITED', status: 429 }, { 'retry-after': '10' });
    return json(200, valuesOf({ a: 'x' }));
  });
  await pass(0);
  expect(paths()).toEqual([stream, poll]);
  expect([got.length, sync.connection()]).toEqual([1, 'polling']);
  isLimited = true;
  await pass(60_000);
  const before = paths().length;
  expect(sync.connection()).toBe('waiting');
  await pass(9_000);
  expect(paths()).toHaveLength(before);
});

test('Polling asks with what is known, and an answer without news confirms it', async () => {
  const values = valuesOf({ a: 'x' });
  const { asked, got, confirmed } = start(
    ({ headers }) => (headers['if-none-match'] === undefined ? json(200, values) : json(304, null)),
    {
      streaming: false,
    },
  );
  await pass(60_000);
  expect([asked.length, got.length, confirmed()]).toEqual([2, 1, 1]);
  expect(asked[1]?.headers['if-none-match']).toBe(`"${values.etag}"`);
});

test('A stream that falls silent is opened again after three heartbeats', async () => {
  const streams: ReturnType<typeof eventStream>[] = [];
  const { asked } = start(({ signal }) => {
    const made = eventStream(signal);
    streams.push(made);
    made.values(valuesOf({ a: 'x' }));
    return made.response;
  });
  await pass(webLimits.silenceMs - 1);
  streams[0]?.write(':\n\n');
  await pass(webLimits.silenceMs - 1);
  expect(asked).toHaveLength(1);
  await pass(1 + webLimits.reconnectMs.first);
  expect(asked).toHaveLength(2);
});

test('Failures are tried again with growing pauses, all of them jittered, and as late as the server asks', async () => {
  expect(backoffMs(0, () => 0.999)).toBe(499);
  expect(backoffMs(3, () => 0.5)).toBe(2_000);
  expect(backoffMs(1e9, () => 0.999_99)).toBe(59_999);
  expect(backoffMs(5, () => 0)).toBe(0);
  let answer: Answerer = () => Promise.reject(new TypeError('no network'));
  const { asked, sync, comeOnline } = start((request) => answer(request));
  await pass(0);
  expect([asked.length, sync.connection(), sync.lastError()]).toEqual([1, 'waiting', 'no network']);
  await pass(250);
  expect(asked).toHaveLength(2);
  await pass(499);
  expect(asked).toHaveLength(2);
  answer = () => json(503, { code: 'SERVICE_UNAVAILABLE' }, { 'retry-after': '7' });
  await pass(1);
  expect([asked.length, sync.lastError()]).toEqual([3, 'SERVICE_UNAVAILABLE']);
  await pass(7_000);
  expect(asked).toHaveLength(3);
  comeOnline();
  await pass(0);
  expect(asked).toHaveLength(4);
});

test('A refused key is asked about seldom, whether refused at once or on an open stream', async () => {
  const { asked, sync } = start(() => json(401, { code: 'KEY_REVOKED', status: 401 }));
  await pass(webLimits.refusedRetryMs);
  expect([asked.length, sync.connection(), sync.lastError()]).toEqual([1, 'refused', 'KEY_REVOKED']);
  await pass(1_000);
  expect(asked).toHaveLength(2);
  const open = start(({ signal }) => {
    const made = eventStream(signal);
    made.values(valuesOf({ a: 'x' }));
    made.write('event: error\ndata: {"code":"KEY_REVOKED","status":401}\n\n');
    return made.response;
  });
  await pass(0);
  expect([open.sync.connection(), open.sync.lastError(), open.got.length]).toEqual(['refused', 'KEY_REVOKED', 1]);
});

test('A page that stays hidden follows nothing, and comes back at once when it is shown', async () => {
  const streams: ReturnType<typeof eventStream>[] = [];
  const { asked, sync, become } = start(({ signal }) => {
    const made = eventStream(signal);
    streams.push(made);
    made.values(valuesOf({ a: 'x' }));
    return made.response;
  });
  await pass(0);
  become('hidden');
  await pass(webLimits.hiddenGraceMs - 1);
  become('shown');
  await pass(2);
  expect([asked.length, sync.connection()]).toEqual([1, 'streaming']);
  streams.at(-1)?.write(':\n\n');
  become('hidden');
  await pass(webLimits.hiddenGraceMs);
  expect([asked[0]?.signal?.aborted, sync.connection()]).toEqual([true, 'paused']);
  await pass(webLimits.refusedRetryMs * 3);
  expect(asked).toHaveLength(1);
  become('shown');
  await pass(0);
  expect([asked.length, sync.connection()]).toEqual([2, 'streaming']);
});

test('A page that is opened behind another gets its values, and then follows nothing until it is shown', async () => {
  const { got, sync, become } = start(
    ({ signal }) => {
      const made = eventStream(signal);
      made.values(valuesOf({ a: 'x' }));
      return made.response;
    },
    { changes: { isHidden: () => true } },
  );
  await pass(webLimits.hiddenGraceMs);
  expect([got.length, sync.connection()]).toEqual([1, 'paused']);
  become('shown');
  await pass(0);
  expect(sync.connection()).toBe('streaming');
});

test('Answers that are no values, or too large, are failures like others', async () => {
  const bodies = ['[]', '{"flags":7}', '{', `"${'x'.repeat(webLimits.maxValuesCharacters)}"`];
  for (const body of bodies) {
    const { sync, got } = start(() => new Response(body, { status: 200 }), { streaming: false });
    await pass(0);
    expect([sync.connection(), got.length], body.slice(0, 20)).toEqual(['waiting', 0]);
    sync.close();
  }
  const streamed = start(({ signal }) => {
    const made = eventStream(signal);
    made.write(`event: values\ndata: "${'x'.repeat(webLimits.maxValuesCharacters)}`);
    return made.response;
  });
  await pass(0);
  expect([streamed.got.length, streamed.sync.connection()]).toEqual([0, 'waiting']);
});
