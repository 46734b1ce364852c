// node --expose-gc server-process.mjs <contestant>; asked over IPC: { push: bytes } or { stat: true }
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { nowUs, startGateway } from './gateway-server.mjs';

const host = '127.0.0.1';
/** Connections that wait to be accepted. */
const backlog = 8_192;

/**
 * @typedef {{ port: number, streams: () => number | Promise<number>, push: (bytes: number) => { startedUs: number, bytes: number } }} Contestant
 */

/** The floor: the same bytes written to plain sockets. @returns {Promise<Contestant>} */
function rawTcp() {
  /** @type {Set<import('node:net').Socket>} */
  const open = new Set();
  const server = createTcpServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.once('data', () => {
      open.add(socket);
      socket.write('ok');
    });
  });
  return listening(
    server,
    () => open,
    (chunk) => {
      for (const socket of open) socket.write(chunk);
    },
  );
}

/** Server-sent events without anything around them. @returns {Promise<Contestant>} */
function rawEvents() {
  /** @type {Set<import('node:http').ServerResponse>} */
  const open = new Set();
  const server = createHttpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    open.add(response);
    response.on('close', () => open.delete(response));
  });
  return listening(
    server,
    () => open,
    (chunk) => {
      const event = Buffer.concat([Buffer.from('data: '), chunk, Buffer.from('\n\n')]);
      for (const response of open) response.write(event);
    },
  );
}

/**
 * @param {import('node:net').Server} server
 * @param {() => ReadonlySet<unknown>} open
 * @param {(chunk: Buffer) => void} write
 * @returns {Promise<Contestant>}
 */
function listening(server, open, write) {
  return new Promise((resolve) => {
    server.listen(0, host, backlog, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({
        port,
        streams: () => open().size,
        push(bytes) {
          const chunk = Buffer.alloc(bytes, 'x');
          const startedUs = nowUs();
          write(chunk);
          return { startedUs, bytes };
        },
      });
    });
  });
}

/** @param {'grpc' | 'http'} port @returns {Promise<Contestant>} */
async function ofGateway(port) {
  const gateway = await startGateway();
  return { port: gateway.ports[port] ?? 0, streams: gateway.streams, push: gateway.push };
}

/** @type {Readonly<Record<string, () => Promise<Contestant>>>} */
const contestants = {
  'raw-tcp': rawTcp,
  'raw-events': rawEvents,
  'stitchd-grpc': () => ofGateway('grpc'),
  'stitchd-events': () => ofGateway('http'),
};

const make = contestants[process.argv[2] ?? ''];
if (make === undefined) throw new Error(`no such contestant: ${process.argv[2]}`);
const contestant = await make();

process.on('message', async (/** @type {{ push?: number }} */ { push }) => {
  if (push !== undefined) return process.send?.(contestant.push(push));
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return process.send?.({ rss, heapUsed, external, cpuMs: (user + system) / 1_000, streams: await contestant.streams() });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: contestant.port });
