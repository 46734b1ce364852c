import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { UsageItem } from '@stitchd/core';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { consoleLogger, type SdkLogger } from '../sdk-logger.ts';
import { nodePlatform } from '../node/node-platform.ts';
import { sdkLimits } from '../sdk-limits.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';
import type { EventItem } from './item.ts';

interface Batch {
  readonly sentAt: number;
  readonly items: readonly EventItem[];
}

let server: Server;
let url: string;
let queue: EventQueue | undefined;
const batches: Batch[] = [];
let answer: (batch: Batch) => { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> };
const warned: string[] = [];
const logger: SdkLogger = { ...consoleLogger, warn: (message) => void warned.push(message), error: () => undefined };

beforeEach(async () => {
  batches.length = 0;
  warned.length = 0;
  answer = (batch) => ({ status: 202, body: { accepted: batch.items.length, rejected: [] } });
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const batch = JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()) as Batch;
      batches.push(batch);
      const { status, body = {}, headers = {} } = answer(batch);
      response.writeHead(status, headers);
      response.end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  queue?.close();
  server.closeAllConnections();
  server.close();
});

function open(maxQueuedItems: number = sdkLimits.maxQueuedItems): EventQueue {
  queue = createEventQueue({
    url,
    sdkKey: 'stsk_x',
    maxQueuedItems,
    flushIntervalMs: 60_000,
    logger,
    platform: { ...nodePlatform, random: () => 0.001 },
  });
  return queue;
}
const event = (id: string, properties?: Record<string, unknown>): EventItem => ({
  type: 'event',
  id,
  at: 1,
  key: 'purchase',
  context: { user: 'u' },
  ...(properties && { properties }),
});

test('Items are sent in their order, at most 1,000 a batch', async () => {
  const running = open();
  for (let index = 0; index < 2_500; index++) expect(running.add(event(String(index)))).toBe(true);
  expect(await running.flush()).toBe(true);
  expect(batches.map(({ items }) => items.length).every((length) => length <= sdkLimits.maxBatchItems)).toBe(true);
  expect(batches.flatMap(({ items }) => items.map(({ id }) => Number(id)))).toEqual(
    Array.from({ length: 2_500 }, (_, index) => index),
  );
  expect(running.counts()).toMatchObject({ queued: 0, accepted: 2_500, rejected: {}, dropped: 0 });
});

test('A batch keeps below the byte limit, and an item beyond its own limit is dropped', () => {
  const running = open();
  expect(running.add(event('large', { text: 'x'.repeat(sdkLimits.maxItemBytes) }))).toBe(false);
  const frame = Buffer.byteLength(JSON.stringify(event('i', { text: '' })));
  expect(running.add(event('i', { text: 'x'.repeat(sdkLimits.maxItemBytes - frame) }))).toBe(true);
  expect(running.counts()).toMatchObject({ queued: 1, dropped: 1, droppedBy: { itemTooLarge: 1 } });
});

test('What the server could not take is sent again with the same ids and a new sentAt, and told once', async () => {
  let refusals = 2;
  answer = (batch) =>
    refusals-- > 0
      ? { status: 503, headers: { 'retry-after': '0' } }
      : { status: 202, body: { accepted: batch.items.length, rejected: [] } };
  const running = open();
  running.add(event('a'));
  expect(await running.flush()).toBe(true);
  expect(batches.map(({ items }) => items.map(({ id }) => id))).toEqual([['a'], ['a'], ['a']]);
  expect(running.counts()).toMatchObject({ accepted: 1, dropped: 0 });
  expect(warned).toEqual(['events wait to be sent: HTTP 503']);
});

test('A flush keeps the process alive through the pause after a refusal, and not afterwards', async () => {
  let refusals = 1;
  answer = ({ items }) =>
    refusals-- > 0
      ? { status: 429, headers: { 'retry-after': '1' } }
      : { status: 202, body: { accepted: items.length, rejected: [] } };
  const running = open();
  running.add(event('a'));
  const made = vi.spyOn(globalThis, 'setInterval');
  const ended = vi.spyOn(globalThis, 'clearInterval');
  onTestFinished(() => void vi.restoreAllMocks());
  const flushed = running.flush();
  const [holding] = made.mock.results.map(({ value }) => value as NodeJS.Timeout);
  expect(holding?.hasRef()).toBe(true);
  expect(await flushed).toBe(true);
  expect(warned).toEqual(['events wait to be sent: HTTP 429']);
  expect(ended).toHaveBeenCalledWith(holding);
});

test('Items refused one by one are counted by code, and a batch refused as a whole is dropped', async () => {
  answer = () => ({
    status: 202,
    body: { accepted: 1, rejected: [{ index: 1, code: 'EVENT_UNDEFINED', message: 'no such event' }] },
  });
  const running = open();
  running.add(event('a'));
  running.add(event('b'));
  await running.flush();
  expect(running.counts()).toMatchObject({ accepted: 1, rejected: { EVENT_UNDEFINED: 1 } });
  answer = () => ({ status: 401, body: { code: 'KEY_REVOKED' } });
  running.add(event('c'));
  await running.flush();
  expect(running.counts()).toMatchObject({ queued: 0, dropped: 1, droppedBy: { refused: 1 } });
});

test('A full queue drops the newest and counts them', () => {
  const running = open(2);
  expect([running.add(event('a')), running.add(event('b')), running.add(event('c'))]).toEqual([true, true, false]);
  expect(running.counts()).toMatchObject({ queued: 2, dropped: 1, droppedBy: { queueFull: 1 } });
});

test('Properties that are no JSON cost one item, not the application', () => {
  const running = open();
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  expect(running.add(event('a', cyclic))).toBe(false);
  expect(running.add(event('b', { big: 1n }))).toBe(false);
  expect(running.counts()).toMatchObject({ dropped: 2, droppedBy: { noJson: 2 } });
});

test('A flush with a time limit ends without a server', async () => {
  const running = open();
  server.close();
  server.closeAllConnections();
  running.add(event('a'));
  expect(await running.flush(50)).toBe(false);
  expect(running.counts().queued).toBe(1);
});

test('An application that ends waits for its events longer than for a summary alone, to the millisecond', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const summary: UsageItem = { type: 'usage', id: 'u', at: 1, from: 1, to: 1, flags: [] };
  for (const [item, limitMs] of [
    [summary, sdkLimits.closeUsageTimeoutMs],
    [event('a'), sdkLimits.closeTimeoutMs],
  ] as const) {
    queue = createEventQueue({
      url,
      sdkKey: 'stsk_x',
      maxQueuedItems: 10,
      flushIntervalMs: 60_000,
      logger,
      // Nobody answers.
      platform: { ...nodePlatform, random: () => 0.001, fetch: () => new Promise(() => undefined) },
    });
    queue.add(item);
    let sent: boolean | undefined;
    void queue.finish().then((all) => (sent = all));
    await vi.advanceTimersByTimeAsync(limitMs - 1);
    expect(sent).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toBe(false);
    queue.close();
  }
});
