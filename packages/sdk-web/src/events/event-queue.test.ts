import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemory } from '../platform/memory.ts';
import { createTestPlatform, json, type Answerer } from '../platform/test-platform.test-support.ts';
import { webLimits } from '../web-limits.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';
import type { Item } from './item.ts';
import { createKeptQueue } from './kept-queue.ts';

let queues: EventQueue[] = [];
beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => {
  for (const queue of queues) queue.close();
  queues = [];
  vi.useRealTimers();
});

const accepts: Answerer = ({ body }) => json(202, { accepted: (body['items'] as unknown[]).length, rejected: [] });
const item = (id: string, more: object = {}): Item => ({ type: 'event', id, at: Date.now(), context: { user: 'u' }, ...more });

function open(answer: Answerer, shared = createTestPlatform(answer), name = 'page') {
  const page = { ...shared, platform: { ...shared.platform, fetch: createTestPlatform(answer).platform.fetch } };
  const logger = { warn: () => undefined, error: () => undefined };
  const queue = createEventQueue({
    platform: shared.platform,
    gateway: { url: 'https://flags.example', clientKey: 'stck_x' },
    kept: createKeptQueue(createMemory(shared.platform, true), 'scope', name),
    flushIntervalMs: 1_000,
    logger,
  });
  queues.push(queue);
  const sent = () => shared.asked.map(({ body }) => (body['items'] as readonly { readonly id: string }[]).map(({ id }) => id));
  return { ...page, ...shared, queue, sent };
}
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

test('Items are sent together after a moment, in their order and within the limits of a batch', async () => {
  const { queue, sent, asked, storage } = open(accepts);
  for (let index = 0; index <= webLimits.maxBatchItems; index++) queue.add(item(String(index)));
  await pass(999);
  expect(sent()).toEqual([]);
  await pass(1);
  expect(sent().map((ids) => ids.length)).toEqual([webLimits.maxBatchItems, 1]);
  expect(asked[0]?.body['sentAt']).toBe(Date.now());
  expect(queue.counts()).toMatchObject({ queued: 0, accepted: webLimits.maxBatchItems + 1, dropped: 0 });
  await pass(webLimits.storeDelayMs);
  expect([...storage.kept.keys()]).toEqual([]);
});

test('What the server can not take is sent again with the same ids, with pauses; what it refuses is dropped', async () => {
  let status = 503;
  const { queue, sent } = open((asked) => (status === 202 ? accepts(asked) : json(status, { code: 'X' })));
  queue.add(item('a'));
  await pass(1_000);
  await pass(250);
  status = 202;
  await pass(500);
  expect(sent()).toEqual([['a'], ['a'], ['a']]);
  status = 401;
  queue.add(item('b'));
  await pass(1_000);
  expect(queue.counts()).toMatchObject({ queued: 0, accepted: 1, dropped: 1 });
});

test('Items refused one by one are counted by code', async () => {
  const { queue } = open(() => json(202, { accepted: 1, rejected: [{ code: 'EVENT_UNDEFINED' }, { code: 'EVENT_UNDEFINED' }] }));
  for (const id of ['a', 'b', 'c']) queue.add(item(id));
  await pass(1_000);
  expect(queue.counts()).toEqual({ queued: 0, accepted: 1, rejected: { EVENT_UNDEFINED: 2 }, dropped: 0 });
});

test('A full queue, an item too large and one that is no JSON are dropped and counted', () => {
  const { queue } = open(accepts);
  const frame = JSON.stringify(item('x', { note: '' })).length;
  expect(queue.add(item('x', { note: 'x'.repeat(webLimits.maxItemCharacters - frame) }))).toBe(true);
  expect(queue.add(item('x', { note: 'x'.repeat(webLimits.maxItemCharacters - frame + 1) }))).toBe(false);
  expect(queue.add(item('x', { big: 1n }))).toBe(false);
  for (let index = 1; index < webLimits.maxQueuedItems; index++) expect(queue.add(item(String(index)))).toBe(true);
  expect(queue.add(item('more'))).toBe(false);
  expect(queue.counts()).toMatchObject({ queued: webLimits.maxQueuedItems, dropped: 3 });
  const { queue: bytes } = open(accepts);
  const large = item('x', { note: 'x'.repeat(webLimits.maxItemCharacters - frame) });
  const fit = webLimits.maxQueuedCharacters / webLimits.maxItemCharacters;
  expect(Array.from({ length: fit + 1 }, () => bytes.add(large)).indexOf(false)).toBe(fit);
});

test('What one page could not send the next one sends, unless it is too old', async () => {
  const shared = createTestPlatform(accepts);
  const first = open(
    () => Promise.reject(new Error('offline')),
    { ...shared, platform: { ...shared.platform, fetch: () => Promise.reject(new Error('offline')) } },
    'first',
  );
  first.queue.add(item('old', { at: Date.now() - webLimits.maxItemAgeMs }));
  first.queue.add(item('kept', { at: Date.now() - webLimits.maxItemAgeMs + 1 }));
  await pass(webLimits.storeDelayMs);
  const kept = [...shared.storage.kept];
  shared.storage.kept.set('stitchd_events_scope_broken', '[{"at":1},7,null]').set('stitchd_events_scope_bad', '{');
  vi.setSystemTime(Date.now() - webLimits.storeDelayMs);
  const { queue, sent } = open(accepts, shared, 'next');
  queue.adopt();
  await pass(1_000);
  expect([kept.length, sent()]).toEqual([1, [['kept']]]);
});

test('A page that goes away sends what fits in one request that outlives it, and keeps all of it until that is known to have arrived', async () => {
  let status = 503;
  const { queue, asked, sent, storage } = open((request) => (status === 202 ? accepts(request) : json(status, {})));
  const note = 'x'.repeat(4_000);
  for (const id of ['a', 'b', 'c', 'd']) queue.add(item(id, { note }));
  queue.leave();
  await pass(0);
  expect([asked[0]?.keepalive, sent()]).toEqual([true, [['a', 'b', 'c']]]);
  expect([...storage.kept.values()].join()).toContain('a');
  status = 202;
  queue.leave();
  await pass(webLimits.storeDelayMs);
  expect(queue.counts()).toMatchObject({ queued: 1, accepted: 3 });
  expect(JSON.parse([...storage.kept.values()][0] ?? '')).toHaveLength(1);
});

test('A flush answers whether everything was sent, in its time', async () => {
  let isUp = false;
  const { queue, comeOnline } = open((asked) => (isUp ? accepts(asked) : Promise.reject(new Error('offline'))));
  queue.add(item('a'));
  const [early] = await Promise.all([queue.flush(100), pass(100)]);
  expect(early).toBe(false);
  isUp = true;
  const late = queue.flush(60_000);
  comeOnline();
  await pass(0);
  expect(await late).toBe(true);
});
