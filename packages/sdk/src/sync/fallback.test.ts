import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DefinitionsServer, startDefinitionsServer } from './definitions-server.test-support.ts';
import { follow, type FollowChoices, type Following } from './follow.test-support.ts';
import { flagEntity, startSnapshotServer, type SyncServer } from './sync-server.test-support.ts';

const all = ['stream', 'sse', 'poll'] as const;
let http: DefinitionsServer;
let grpc: SyncServer | undefined;
let running: Following | undefined;

beforeEach(async () => {
  http = await startDefinitionsServer();
  http.publish(1, [flagEntity('a', 1)]);
});
afterEach(async () => {
  running?.close();
  await http.close();
  await grpc?.close();
  grpc = undefined;
});

function start(choices: Partial<FollowChoices> = {}): Following {
  running = follow({ kinds: all, url: http.url, ...choices });
  return running;
}
const sourceOf = (sync: Following) => expect.poll(() => sync.status().source, { timeout: 15_000 });

/** A gateway whose port for gRPC is open. */
const startGrpc = (port = 0): Promise<SyncServer> => startSnapshotServer([flagEntity('a', 1)], port);

test('Where only the HTTP port is open, definitions come by server-sent events, at once and said so', async () => {
  const sync = start({ limits: { reconnectMs: { first: 3_600_000, longest: 3_600_000 } } });
  expect(await sync.waitUntilReady(10_000)).toBe(true);
  expect(sync.status()).toMatchObject({ source: 'sse', connection: 'connected', stale: false });
  expect(sync.lines.join('\n')).toMatch(/no definitions by FlagSync \(gRPC\): .*; trying server-sent events/);
});

test('Where a proxy lets no stream pass, definitions are polled', async () => {
  http.answer = (request, response) =>
    request.url?.endsWith('/stream') ? void response.writeHead(404).end() : http.serve(request, response);
  const sync = start();
  await sourceOf(sync).toBe('poll');
  expect(http.count('stream')).toBe(1);
});

test('A better way is tried again, and takes over as soon as it is heard', async () => {
  grpc = await startGrpc();
  const port = Number(new URL(grpc.url).port);
  await grpc.close();
  const sync = start({
    syncUrl: `http://127.0.0.1:${port}`,
    limits: { betterTransportMs: { first: 40, longest: 40 } },
  });
  await sourceOf(sync).toBe('sse');
  grpc = await startGrpc(port);
  await sourceOf(sync).toBe('stream');
  expect(sync.status().connection).toBe('connected');
  // The lesser one is let go, and not opened again.
  await expect.poll(() => http.requests.every((request) => request.destroyed)).toBe(true);
  const before = http.requests.length;
  grpc.send({ revision: 2, entities: [flagEntity('a', 2)] });
  await expect.poll(() => sync.status().revision).toBe(2);
  expect(http.requests).toHaveLength(before);
});

test('From polling, the way back is over server-sent events', async () => {
  let isStreaming = false;
  http.answer = (request, response) =>
    request.url?.endsWith('/stream') && !isStreaming ? void response.writeHead(404).end() : http.serve(request, response);
  const sync = start({ kinds: ['sse', 'poll'], limits: { betterTransportMs: { first: 40, longest: 40 } } });
  await sourceOf(sync).toBe('poll');
  isStreaming = true;
  await sourceOf(sync).toBe('sse');
  expect(sync.status()).toMatchObject({ connection: 'connected', stale: false });
});

test('A connection that worked and was lost is made again by the same way first', async () => {
  grpc = await startGrpc();
  const sync = start({ syncUrl: grpc.url });
  await sourceOf(sync).toBe('stream');
  grpc.send({ revision: 1, fromRevision: 0, entities: [], checksum: 1n });
  await expect.poll(() => grpc?.requests.length, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(sync.status().source).toBe('stream');
  expect(http.requests).toEqual([]);
  await grpc.close();
  grpc = undefined;
  await sourceOf(sync).toBe('sse');
});

test('With every server down the best way is tried first again after each pause, and flags are answered from memory', async () => {
  const sync = start();
  await sourceOf(sync).toBe('sse');
  await http.close();
  await expect.poll(() => sync.status().connection, { timeout: 10_000 }).toBe('reconnecting');
  expect(sync.status()).toMatchObject({ ready: true, stale: true });
  expect(sync.compiled()?.flags.has('a')).toBe(true);
});

test('While every way is closed, the trouble of each is told once, not at each attempt', async () => {
  let pauses = 0;
  const sync = start({
    kinds: ['stream', 'poll'],
    url: 'http://127.0.0.1:9',
    platform: { random: () => (pauses++, 0) },
  });
  await expect.poll(() => pauses).toBeGreaterThan(5);
  const told = sync.lines.filter((line) => line.startsWith('no definitions by'));
  expect(told).toEqual([expect.stringContaining('FlagSync'), expect.stringContaining('polling')]);
});

test('An outage is told again where a connection has worked since the last one', async () => {
  http.answer = (request, response) =>
    http.count('definitions') === 2 ? http.serve(request, response) : void response.writeHead(503).end();
  const sync = start({ kinds: ['poll'] });
  await expect.poll(() => sync.lines.filter((line) => line.startsWith('no definitions by polling')).length).toBe(2);
});
