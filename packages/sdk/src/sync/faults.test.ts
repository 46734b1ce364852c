import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { checksumOf, type Entity } from '@stitchd/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDefinitionsStore } from './definitions-store.ts';
import { type DefinitionsServer, snapshotOf, startDefinitionsServer } from './definitions-server.test-support.ts';
import { follow, type FollowChoices, type Following } from './follow.test-support.ts';
import { flagEntity, startSnapshotServer, startSyncServer, type SyncServer } from './sync-server.test-support.ts';
import { startWatchdog } from './watchdog.ts';

let grpc: SyncServer;
let http: DefinitionsServer;
let raw: Server | undefined;
let running: Following | undefined;
const sockets = new Set<Socket>();

beforeEach(async () => {
  grpc = await startSyncServer();
  http = await startDefinitionsServer();
});
afterEach(async () => {
  running?.close();
  await grpc.close();
  await http.close();
  for (const socket of sockets) socket.destroy();
  raw?.close();
  raw = undefined;
});

function start(kind: 'stream' | 'sse' | 'poll', choices: Partial<FollowChoices> = {}): Following {
  running = follow({ kinds: [kind], url: http.url, syncUrl: grpc.url, ...choices });
  return running;
}

/** A server that is none: it does with a connection whatever the test says. */
async function startRaw(onConnection: (socket: Socket) => void): Promise<string> {
  raw = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  raw.listen(0, '127.0.0.1');
  await once(raw, 'listening');
  return `http://127.0.0.1:${(raw.address() as AddressInfo).port}`;
}

const errorOf = (sync: Following) => expect.poll(() => sync.status().lastError, { timeout: 15_000 });
const ready = async (sync: Following): Promise<void> => {
  await expect.poll(() => grpc.requests.length, { timeout: 10_000 }).toBeGreaterThan(0);
  grpc.send({ revision: 1, entities: [flagEntity('a', 1)] });
  await expect.poll(() => sync.status().revision).toBe(1);
};

test.each(['stream', 'sse', 'poll'] as const)(
  'A server that takes connections and says nothing is given up by %s, and tried again',
  async (kind) => {
    let connections = 0;
    const url = await startRaw(() => connections++);
    const sync = start(kind, { url, syncUrl: url, limits: { answerTimeoutMs: 30, pollTimeoutMs: 30 } });
    await errorOf(sync).toMatch(/did not answer/);
    await expect.poll(() => connections, { timeout: 10_000 }).toBeGreaterThan(1);
  },
);

test.each(['stream', 'sse'] as const)('A connection by %s on which nothing is heard any more is opened again', async (kind) => {
  http.publish(1, [flagEntity('a', 1)]);
  await grpc.close();
  grpc = await startSnapshotServer([flagEntity('a', 1)]);
  const sync = start(kind, { limits: { silenceMs: 300 } });
  await errorOf(sync).toBe('nothing was heard for 0.3 s');
  await expect.poll(() => grpc.requests.length + http.requests.length, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(sync.compiled()).toBeDefined();
});

test.each(['stream', 'sse'] as const)(
  'A server that sends byte after byte and no message keeps %s no longer than its time',
  async (kind) => {
    const drip = (write: (bytes: string) => void): void => {
      const timer = setInterval(() => write(kind === 'stream' ? '\0' : 'x'), 5);
      stopDripping = () => clearInterval(timer);
    };
    let stopDripping: () => void = () => undefined;
    grpc.answer = (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.write(Buffer.from([0, 0, 0, 64, 0]));
      drip((bytes) => stream.writable && stream.write(bytes));
    };
    http.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      drip((bytes) => response.writable && response.write(bytes));
    };
    const sync = start(kind, { limits: { messageMs: 150, silenceMs: 60_000 } });
    await errorOf(sync).toBe('no message was complete for 0.15 s');
    stopDripping();
    expect(sync.compiled()).toBeUndefined();
  },
);

test('A message that is larger than allowed is refused, by each way', async () => {
  const limits = { maxSyncMessageBytes: 1_000 };
  grpc.answer = (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.write(Buffer.from([0, 0, 1, 0, 0]));
  };
  await errorOf(start('stream', { limits })).toMatch(/a message of 65536 bytes/);
  running?.close();
  http.publish(1, [flagEntity('a'.repeat(2_000), 1)]);
  await errorOf(start('sse', { limits })).toMatch(/more than 1000 characters/);
  running?.close();
  await errorOf(start('poll', { limits })).toMatch(/more than 1000 bytes/);
  expect(running?.compiled()).toBeUndefined();
});

const nonsense: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['HTML', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5\r\n\r\n<html')],
  ['garbage', (socket) => socket.end(Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7) % 256)))],
  ['half a header', (socket) => socket.end('HTTP/1.1 20')],
  ['a reset', (socket) => socket.resetAndDestroy()],
];

test.each(nonsense)('A server that answers %s is a lost connection to each way, and nothing worse', async (_name, answer) => {
  const url = await startRaw((socket) => socket.once('data', () => answer(socket)));
  for (const kind of ['stream', 'sse', 'poll'] as const) {
    const sync = start(kind, { url, syncUrl: url });
    await expect.poll(() => sync.status().connection, { timeout: 10_000 }).toBe('reconnecting');
    expect(sync.status().lastError).not.toBe('');
    sync.close();
  }
});

test.each(['stream', 'sse', 'poll'] as const)('TLS with a server that speaks none is a lost connection to %s', async (kind) => {
  const sync = start(kind, { url: http.url.replace('http', 'https'), syncUrl: http.url.replace('http', 'https') });
  await errorOf(sync).toBeDefined();
  expect(sync.status().connection).toBe('reconnecting');
});

test('JSON that is no definitions, or cut off, is not taken', async () => {
  const answers = ['{}', '{"format":"stitchd-definitions/2"}', '{"format":', 'null', '[]'];
  http.answer = (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(answers[http.requests.length % answers.length]);
  const sync = start('poll');
  await expect.poll(() => http.requests.length, { timeout: 15_000 }).toBeGreaterThan(answers.length);
  expect(sync.compiled()).toBeUndefined();
  expect(sync.status().lastError).toContain("the definitions can't be read");
});

test('A delta that comes twice changes nothing, and one that is missing or late leads to a snapshot', async () => {
  const sync = start('stream');
  await ready(sync);
  const second = [flagEntity('a', 1), flagEntity('b', 2)];
  const delta = { revision: 2, fromRevision: 1, entities: second.slice(1), checksum: checksumOf(second) };
  const changes: string[] = [];
  sync.onChange((keys) => changes.push(...keys));
  grpc.send(delta);
  grpc.send(delta);
  await expect.poll(() => sync.status().revision).toBe(2);
  expect(changes).toEqual(['b']);
  expect(grpc.requests).toHaveLength(1);
  // Revision 3 was lost.
  const fourth = [...second, flagEntity('d', 4)];
  grpc.send({ revision: 4, fromRevision: 3, entities: fourth.slice(2), checksum: checksumOf(fourth) });
  await expect.poll(() => grpc.requests.length).toBe(2);
  expect(grpc.requests[1]?.haveRevision).toBe(0n);
  grpc.send({ revision: 4, entities: fourth });
  await expect.poll(() => sync.status().revision).toBe(4);
  // One from before comes late.
  grpc.send(delta);
  await expect.poll(() => grpc.requests.length).toBe(3);
  expect(sync.compiled()?.flags.size).toBe(3);
});

test('A heartbeat that tells another state than ours leads to a snapshot', async () => {
  const sync = start('stream');
  await ready(sync);
  grpc.send({ revision: 5, fromRevision: 5, checksum: 5n });
  await expect.poll(() => grpc.requests.length).toBe(2);
  expect(grpc.requests[1]?.haveRevision).toBe(0n);
});

test('Definitions of a newer server are kept whole, and what is understood of them is evaluated', async () => {
  const sync = start('stream');
  await expect.poll(() => grpc.requests.length).toBe(1);
  const flag = flagEntity('a', 9);
  const entities: Entity[] = [
    { ...flag, body: JSON.stringify({ ...(JSON.parse(flag.body) as object), newerField: { deep: true } }) },
    { kind: 'hologram', id: 'h', revision: 9, body: '{"key":"h"}' },
    { kind: 'flag', id: 'broken', revision: 9, body: '{"key":' },
  ];
  grpc.send({ revision: 9, entities });
  await expect.poll(() => sync.status().revision).toBe(9);
  expect(sync.compiled()?.flags.get('a')?.enabled).toBe(true);
  expect(
    sync.store
      .document()
      ?.entities.map(({ id }) => id)
      .sort(),
  ).toEqual(['a', 'broken', 'h']);
});

test('A refused key is tried again seldom, and is taken up again when the server knows it', async () => {
  const pauses: number[] = [];
  grpc.answer = (stream) =>
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': 16, 'grpc-message': 'revoked' },
      { endStream: true },
    );
  const sync = start('stream', {
    limits: { refusedRetryMs: 50 },
    platform: { random: () => (pauses.push(1), 0.5) },
  });
  await expect.poll(() => sync.status().connection).toBe('refused');
  await expect.poll(() => grpc.requests.length, { timeout: 10_000 }).toBeGreaterThan(1);
  grpc.answer = (stream) => stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
  const before = grpc.requests.length;
  await expect.poll(() => grpc.requests.length, { timeout: 10_000 }).toBeGreaterThan(before);
  grpc.send({ revision: 1, entities: [flagEntity('a', 1)] });
  await expect.poll(() => sync.status()).toMatchObject({ connection: 'connected', ready: true });
});

test('A wall clock that jumps ends no connection, and keeps no dead one', async () => {
  let monotonic = 0;
  const silences: string[] = [];
  const watchdog = startWatchdog(
    () => monotonic,
    { silenceMs: 20, messageMs: 60_000 },
    (message) => silences.push(message),
  );
  // Timers fire, but no time has passed by the clock that counts.
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(silences).toEqual([]);
  monotonic = 21;
  await expect.poll(() => silences).toEqual(['nothing was heard for 0.02 s']);
  watchdog.stop();
  const times = [1_000, -5_000, 9e12];
  const store = createDefinitionsStore({
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    nowMs: () => times.shift() ?? 0,
  });
  for (const revision of [1, 2, 3]) {
    store.take(snapshotOf(revision, [flagEntity('a', revision)]), 'stream');
    expect(store.revision()).toBe(BigInt(revision));
  }
});

test('Listeners that throw hinder neither each other nor synchronisation', async () => {
  const sync = start('stream');
  const heard: string[] = [];
  sync.onChange(() => {
    throw new Error('a listener of the application');
  });
  sync.onChange((keys) => heard.push(...keys));
  sync.onStatus(() => {
    throw new Error('another one');
  });
  await ready(sync);
  expect(heard).toEqual(['a']);
  expect(sync.status().connection).toBe('connected');
  expect(sync.lines.filter((line) => line.includes('a listener failed')).length).toBeGreaterThan(1);
});
