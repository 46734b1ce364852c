import { connect as connectHttp2, createServer } from 'node:http2';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { until } from '../backend.test-support.ts';
import { endSilentSessions } from './end-silent-sessions.ts';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).toReversed()) end();
});

/** A server that asks every 20 ms, unless it is told otherwise. */
async function start(intervalMs = 20) {
  const server = createServer();
  let opened = 0;
  server.on('session', () => opened++);
  server.on('stream', (stream) => stream.respond({ ':status': 200 }));
  endSilentSessions(server, intervalMs);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  endings.push(() => server.close());
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0, opened: () => opened };
}

/** A connection whose other end takes in what is sent, as the buffers of a system do, and never answers. */
function connectMutely(port: number, first: string) {
  const socket = connect(port, '127.0.0.1', () => socket.write(first));
  const state = { isClosed: false };
  socket.on('error', () => undefined);
  socket.on('close', () => (state.isClosed = true));
  socket.resume();
  endings.push(() => socket.destroy());
  return state;
}

test('A connection that answers no PING is cut, whether or not it ever spoke HTTP/2; one that answers stays', async () => {
  const { port, opened } = await start();
  const emptySettings = '\0\0\0\u0004\0\0\0\0\0';
  const half = connectMutely(port, `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${emptySettings}`);
  const dumb = connectMutely(port, '');
  const live = connectHttp2(`http://127.0.0.1:${port}`);
  endings.push(() => live.destroy());
  let pings = 0;
  live.on('ping', () => pings++);
  await until(() => half.isClosed && dumb.isClosed);
  const heardBefore = pings;
  await until(() => pings >= heardBefore + 3);
  expect(live.destroyed).toBe(false);
  expect(opened()).toBe(3);
});

test('A connection that is destroyed but has not closed yet is not asked', async () => {
  const { server, port } = await start(1);
  const seen = { destroyedWhileAsked: false, closed: false };
  server.on('session', (session) => {
    // Destroyed by what the timer runs before the asking, so that 'close' can only come after it.
    const before = setInterval(() => {
      clearInterval(before);
      session.destroy();
      seen.destroyedWhileAsked = session.destroyed;
      const dueMs = performance.now() + 5;
      // The asking is due by the time this returns, in the same turn of the timers.
      while (performance.now() < dueMs) continue;
    }, 1);
    session.once('close', () => (seen.closed = true));
  });
  const client = connectHttp2(`http://127.0.0.1:${port}`);
  client.on('error', () => undefined);
  endings.push(() => client.destroy());
  await until(() => seen.closed);
  expect(seen.destroyedWhileAsked).toBe(true);
});
