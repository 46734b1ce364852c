import { afterEach, beforeEach, expect, test } from 'vitest';
import { checksumOf } from '@stitchd/core';
import { nodePlatform } from '../node/node-platform.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import { createDefinitionsStore } from './definitions-store.ts';
import { startDefinitionsSync, type DefinitionsSync } from './definitions-sync.ts';
import { streamTransport } from '../node/stream-transport.ts';
import { flagEntity, startSyncServer, type SyncServer } from './sync-server.test-support.ts';

let server: SyncServer;
let sync: DefinitionsSync | undefined;
const lines: string[] = [];
const note = (message: string): void => void lines.push(message);
const logger: SdkLogger = { debug: note, info: note, warn: note, error: note };

beforeEach(async () => {
  lines.length = 0;
  server = await startSyncServer();
});
afterEach(async () => {
  sync?.close();
  await server.close();
});

function start(random = (): number => 0.01): DefinitionsSync {
  const platform = { ...nodePlatform, random };
  sync = startDefinitionsSync({
    store: createDefinitionsStore({ logger, nowMs: Date.now }),
    transports: [streamTransport({ syncUrl: server.url, sdkKey: 'stsk_x', platform, limits: sdkLimits })],
    logger,
    platform,
    limits: sdkLimits,
  });
  return sync;
}
const streamOpen = (count = 1) => expect.poll(() => server.requests.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(count);

test('A snapshot makes the client ready, and a delta changes what it answers', async () => {
  const changes: string[][] = [];
  const running = start();
  running.onChange((keys) => changes.push([...keys]));
  await streamOpen();
  expect(server.keys).toEqual(['stsk_x']);
  const ready = running.waitUntilReady(10_000);
  server.send({ revision: 1, entities: [flagEntity('a', 1)] });
  expect(await ready).toBe(true);
  expect(running.compiled()?.flags.get('a')?.enabled).toBe(true);
  const changed = flagEntity('a', 2, { enabled: false });
  server.send({ revision: 2, fromRevision: 1, entities: [changed], checksum: checksumOf([changed]) });
  await expect.poll(() => running.compiled()?.revision).toBe(2);
  expect(running.compiled()?.flags.get('a')?.enabled).toBe(false);
  expect(changes.at(-1)).toEqual(['a']);
});

test('A client whose server went away answers from memory, comes back by itself and says what it has', async () => {
  const running = start();
  await streamOpen();
  server.send({ revision: 7, entities: [flagEntity('a', 7)] });
  await expect.poll(() => running.compiled()?.revision).toBe(7);
  const port = Number(new URL(server.url).port);
  await server.close();
  await expect.poll(() => running.status().connection).toBe('reconnecting');
  expect(running.compiled()?.flags.has('a')).toBe(true);
  server = await startSyncServer(port);
  await streamOpen();
  expect(server.requests[0]).toMatchObject({ haveRevision: 7n, haveChecksum: checksumOf([flagEntity('a', 7)]) });
  expect(lines.filter((line) => line.includes('answered from memory')).length).toBeGreaterThan(0);
});

test('A delta that does not fit makes the client ask for a snapshot at once', async () => {
  const running = start();
  await streamOpen();
  server.send({ revision: 5, entities: [flagEntity('a', 5)] });
  await expect.poll(() => running.compiled()?.revision).toBe(5);
  server.send({ revision: 9, fromRevision: 8, entities: [flagEntity('b', 9)] });
  await streamOpen(2);
  expect(server.requests[1]?.haveRevision).toBe(0n);
  expect(running.compiled()?.revision).toBe(5);
});

test('A state with a wrong checksum is not taken', async () => {
  const running = start();
  await streamOpen();
  server.send({ revision: 1, entities: [flagEntity('a', 1)], checksum: 1n });
  await streamOpen(2);
  expect(running.compiled()).toBeUndefined();
  expect(lines.join()).toContain('checksum-mismatch');
});

test('A client whose snapshots never fit pauses longer and longer instead of asking in a loop', async () => {
  const pauses: number[] = [];
  server.answer = (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    server.send({ revision: 1, entities: [flagEntity('a', 1)], checksum: 1n });
  };
  start(() => {
    pauses.push(server.requests.length);
    return 0.02;
  });
  await streamOpen(6);
  // One pause was drawn for each stream that failed: none was opened again without one but the first, which asks anew at once.
  expect(pauses.length).toBeGreaterThanOrEqual(server.requests.length - 1);
});

test('A refused key is told once, and the client goes on answering fallbacks', async () => {
  server.answer = (stream) =>
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': 16, 'grpc-message': 'The key was revoked%2E' },
      { endStream: true },
    );
  const running = start();
  expect(await running.waitUntilReady(60_000)).toBe(false);
  expect(running.status().connection).toBe('refused');
  expect(running.status().lastError).toBe('The key was revoked.');
  expect(lines).toEqual(['the server refuses this SDK key: The key was revoked.']);
});

test('A state that takes several messages is applied as a whole', async () => {
  const running = start();
  await streamOpen();
  const entities = [flagEntity('a', 3), flagEntity('b', 3)];
  server.send({ revision: 3, entities: entities.slice(0, 1), checksum: checksumOf(entities), last: false });
  server.send({ revision: 3, entities: entities.slice(1), checksum: checksumOf(entities) });
  await expect.poll(() => running.compiled()?.flags.size).toBe(2);
});
