// The embedded ClickHouse: the engine of the npm package behind ClickHouse's HTTP protocol on a Unix socket. A process of its
// own, because long queries would stall Node's thread pool for everybody else. Started by `startClickHouse`:
//   node clickhouse-server.mjs <socket>      in the engine's directory, with UV_THREADPOOL_SIZE and an IPC channel
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { sendException, sendResult } from './answer.mjs';
import { limits } from './limits.mjs';
import { openEngine } from './native-engine.mjs';
import { readQueryRequest } from './query-request.mjs';
import { createQuerySlots } from './query-slots.mjs';
import { emptyBodiesDirectory } from './request-body.mjs';
import { databaseName } from './request-settings.mjs';
import { runQuery } from './run-query.mjs';
import { createConnections } from './sessions.mjs';

const socketPath = process.argv[2] ?? '';
await emptyBodiesDirectory();
// Absolute, for the engine syncs directories by their whole path; by this name, so that no character of the real one matters.
const engine = await openEngine('/proc/self/cwd/data', databaseName);
const slots = createQuerySlots({ running: limits.runningQueries, waiting: limits.waitingQueries });
const connections = createConnections(engine);
const server = createServer({ keepAliveTimeout: limits.keepAliveMs, maxHeaderSize: limits.headerBytes }, (request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
});
// A large body over a busy machine may take longer than Node's five minutes; the socket is private and local.
server.requestTimeout = 0;

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(request, response) {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/ping') return void response.writeHead(200, { 'Content-Type': 'text/html; charset=UTF-8' }).end('Ok.\n');
  if (url.pathname !== '/') return void response.writeHead(404).end(`There is no handle ${url.pathname}\n`);
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    const query = await readQueryRequest(request, url, engine.outside);
    try {
      const outcome = await runQuery(query, { engine, slots, connections }, gone.signal);
      await sendResult(request, response, query, outcome, engine);
    } finally {
      await query.work.dispose();
    }
  } catch (error) {
    if (!response.headersSent && !response.destroyed)
      sendException(response, error, engine.version, url.searchParams.get('query_id') ?? '');
  }
}

let stopping = false;

/** Lets running queries end and be answered, kills those that don't, and closes the engine. */
async function stop() {
  if (stopping) return;
  stopping = true;
  const startedAt = performance.now();
  const elapsed = () => performance.now() - startedAt;
  const deadline = limits.drainMs + limits.drainKilledMs;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), deadline + limits.drainMs).unref();
  let answered = false;
  server.close(() => (answered = true));
  let killed = false;
  while (!answered && elapsed() < deadline) {
    server.closeIdleConnections();
    if (!killed && elapsed() >= limits.drainMs) {
      killed = true;
      await engine.kill('');
    }
    await pause(limits.drainPollMs);
  }
  if (slots.running() === 0) {
    connections.endAll();
    engine.close();
  }
  process.exit(0);
}

process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => undefined); // Ctrl-C is for the services, which need the store until they are done.
process.on('disconnect', () => void stop());
process.on('message', (message) => {
  if (message === 'stop') void stop();
});

rmSync(socketPath, { force: true });
server.listen(socketPath, () => process.send?.({ ready: true, version: engine.version }));
