import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodePlatform } from '../node/node-platform.ts';
import { sdkLimits } from '../sdk-limits.ts';
import {
  type DefinitionsServer,
  documentOf,
  eventOf,
  snapshotOf,
  startDefinitionsServer,
  testEnvironmentId,
} from './definitions-server.test-support.ts';
import { follow, type FollowChoices, type Following } from './follow.test-support.ts';
import { pollTransport } from './poll-transport.ts';
import { flagEntity } from './sync-server.test-support.ts';
import type { TransportEnd } from './transport-end.ts';
import type { Transport, TransportSession } from './transport.ts';

let server: DefinitionsServer;
let running: Following | undefined;

beforeEach(async () => {
  server = await startDefinitionsServer();
  server.publish(1, [flagEntity('a', 1)]);
});
afterEach(async () => {
  running?.close();
  await server.close();
});

function start(kind: 'sse' | 'poll', choices: Partial<FollowChoices> = {}): Following {
  running = follow({ kinds: [kind], url: server.url, ...choices });
  return running;
}
const revisionOf = (sync: Following) => expect.poll(() => sync.status().revision, { timeout: 10_000 });

test('Polling takes in what changed, and asks by ETag while nothing does', async () => {
  const sync = start('poll');
  expect(await sync.waitUntilReady(10_000)).toBe(true);
  expect(sync.status()).toMatchObject({
    connection: 'connected',
    source: 'poll',
    stale: false,
    environmentId: testEnvironmentId,
  });
  await expect
    .poll(() => server.requests.at(-1)?.headers['if-none-match'])
    .toBe(`"1-${documentOf(1, [flagEntity('a', 1)]).checksum}"`);
  expect(server.requests[0]?.headers).toMatchObject({ 'x-stitchd-sdk-key': 'stsk_x', accept: 'application/json' });
  const changed: string[] = [];
  sync.onChange((keys) => changed.push(...keys));
  server.publish(2, [flagEntity('a', 2, { enabled: false }), flagEntity('b', 2)]);
  await revisionOf(sync).toBe(2);
  expect(changed).toEqual(['a', 'b']);
  expect(sync.compiled()?.flags.get('a')?.enabled).toBe(false);
});

test('A poll asks by ETag only while what is here is what that ETag brought', async () => {
  const transport = poller();
  await untilMessage(transport, { haveRevision: 0n, haveChecksum: 0n });
  await untilMessage(transport, { haveRevision: 9n, haveChecksum: 9n });
  expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, undefined]);
});

test('Server-sent events bring a snapshot and then deltas, and a new connection goes on where the last one ended', async () => {
  const sync = start('sse');
  await revisionOf(sync).toBe(1);
  expect(sync.status()).toMatchObject({ source: 'sse', environmentId: testEnvironmentId, connection: 'connected' });
  expect(server.requests[0]?.headers).toMatchObject({ accept: 'text/event-stream', 'x-stitchd-sdk-key': 'stsk_x' });
  const after = [flagEntity('a', 1), flagEntity('b', 2)];
  server.sendMessage({ ...snapshotOf(2, after), fromRevision: 1, entities: after.slice(1) });
  await revisionOf(sync).toBe(2);
  server.publish(2, after);
  server.hangUp();
  await expect.poll(() => server.count('stream')).toBe(2);
  expect(server.requests[1]?.headers['last-event-id']).toBe(`2-${documentOf(2, after).checksum}`);
  await expect.poll(() => sync.status().connection).toBe('connected');
});

test('A delta over server-sent events that does not fit makes the client ask for a snapshot', async () => {
  const sync = start('sse');
  await revisionOf(sync).toBe(1);
  server.publish(9, [flagEntity('c', 9)]);
  server.sendMessage({ ...snapshotOf(9, [flagEntity('c', 9)]), fromRevision: 8 });
  await revisionOf(sync).toBe(9);
  expect(server.requests[1]?.headers['last-event-id']).toBeUndefined();
});

test('An event that is cut into pieces anywhere, with any line ending, is one event', async () => {
  server.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const [id = '', data = ''] = eventOf(snapshotOf(4, [flagEntity('ü', 4)]))
      .trimEnd()
      .split('\n');
    const bytes = Buffer.from(`: a comment\r\n\r\n${id}\r${data}\r\n\r\n`);
    for (const byte of bytes) response.write(Buffer.of(byte));
  };
  const sync = start('sse');
  await revisionOf(sync).toBe(4);
  expect(sync.compiled()?.flags.has('ü')).toBe(true);
});

test('A key that is revoked while events flow is refused, and flags are answered all the same', async () => {
  const sync = start('sse');
  await revisionOf(sync).toBe(1);
  server.write(
    `event: error\ndata: ${JSON.stringify({ code: 'UNAUTHENTICATED', status: 401, detail: 'The key was revoked.' })}\n\n`,
  );
  await expect.poll(() => sync.status().connection).toBe('refused');
  expect(sync.status()).toMatchObject({ lastError: 'The key was revoked.', ready: true, stale: true });
});

test.each(['sse', 'poll'] as const)('A key that %s refuses is told once; a 403 of some proxy is none of it', async (kind) => {
  server.answer = (_request, response) =>
    response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>Forbidden by the proxy</h1>');
  const sync = start(kind);
  await expect.poll(() => server.requests.length, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(sync.status()).toMatchObject({ connection: 'reconnecting', lastError: `${server.url} answered HTTP 403` });
  server.answer = (_request, response) =>
    response
      .writeHead(401, { 'content-type': 'application/problem+json' })
      .end(JSON.stringify({ code: 'UNAUTHENTICATED', status: 401, detail: 'No such key.' }));
  await expect.poll(() => sync.status().connection, { timeout: 10_000 }).toBe('refused');
  expect(sync.lines.filter((line) => line.includes('refuses this SDK key: No such key.'))).toHaveLength(1);
});

test.each(['sse', 'poll'] as const)('Definitions by %s follow no redirect, since the key would go along', async (kind) => {
  const other = await startDefinitionsServer();
  server.answer = (request, response) => response.writeHead(302, { location: `${other.url}${request.url}` }).end();
  const sync = start(kind);
  await expect.poll(() => sync.status().lastError).toContain('redirects elsewhere');
  expect(other.requests).toEqual([]);
  await other.close();
});

test('Retry-After is kept, in seconds and as a date, and no longer than five minutes', async () => {
  const asked = async (retryAfter: string): Promise<number> => {
    server.answer = (_request, response) => response.writeHead(503, { 'retry-after': retryAfter }).end();
    const end = await untilMessage(poller(), { haveRevision: 0n, haveChecksum: 0n });
    return end.kind === 'lost' ? (end.retryAfterMs ?? 0) : -1;
  };
  expect(await asked('1')).toBe(1_000);
  const untilDate = await asked(new Date(Date.now() + 3_000).toUTCString());
  expect(untilDate).toBeGreaterThan(0);
  expect(untilDate).toBeLessThanOrEqual(3_000);
  expect(await asked('86400')).toBe(sdkLimits.maxRetryAfterMs);
  expect(await asked('soon')).toBe(0);
});

function poller(): Transport {
  return pollTransport({
    url: server.url,
    sdkKey: 'stsk_x',
    platform: nodePlatform,
    limits: sdkLimits,
    pollIntervalMs: 1_000,
  });
}

/** Runs a transport until its first message, or until it ends by itself. */
function untilMessage(
  transport: Transport,
  have: Pick<TransportSession, 'haveRevision' | 'haveChecksum'>,
): Promise<TransportEnd> {
  const closing = new AbortController();
  const nothing = (): void => undefined;
  const onMessage = (): boolean => {
    closing.abort();
    return true;
  };
  return transport.run({ ...have, onMessage, onEnvironment: nothing, onUnchanged: nothing, signal: closing.signal });
}
