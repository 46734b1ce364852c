import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { median } from '../frame/median.mjs';
import { nowUs } from './gateway-server.mjs';
import { answerToPing, firstBytes, openings } from './reader.mjs';

/** @typedef {'raw-tcp' | 'raw-events' | 'stitchd-grpc' | 'stitchd-events'} Name */
/**
 * @typedef {object} Measured
 * @property {number} reconnectMs until all streams, opened at once, had their first state
 * @property {number} reconnectCpuMs what the server's processor did for it
 * @property {number} rssPerStreamKb
 * @property {number} heapPerStreamKb
 * @property {ReadonlyMap<number, number>} lastMs by bytes: from publishing to the last reader, median of the rounds
 */

const pauseMs = 100;
const timeoutMs = 60_000;
const warmUpRounds = 2;

/**
 * A command that runs Node.js on one processor, where the system can.
 *
 * @param {number} processor
 * @param {readonly string[]} words
 * @returns {[string, string[]]}
 */
export function pinned(processor, words) {
  if (process.platform !== 'linux') return [process.execPath, [...words]];
  return ['taskset', ['-c', String(processor), process.execPath, ...words]];
}

/** @param {Name} name */
async function startServer(name) {
  const file = fileURLToPath(new URL('server-process.mjs', import.meta.url));
  const child = spawn(...pinned(0, ['--expose-gc', file, name]), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  /** @type {Promise<never>} */
  const ended = new Promise((_, reject) => {
    child.once('exit', (status) => reject(new Error(`${name} ended with ${status}`)));
  });
  ended.catch(() => {});
  const answer = () => Promise.race([ended, new Promise((resolve) => child.once('message', resolve))]);
  const { port } = await answer();
  return {
    port,
    /** @param {object} question */
    async ask(question) {
      const answered = answer();
      child.send(question);
      return answered;
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.disconnect();
      }),
  };
}

/** Streams that are read by this process. @param {Name} name @param {number} port @param {number} count */
function createReaders(name, port, count) {
  const received = new Float64Array(count);
  const reachedUs = new Float64Array(count);
  const sockets = new Set();
  let wanted = Infinity;
  let reached = 0;
  let finish = () => {};

  /** Resolves once every reader has got so many bytes more. @param {number} bytes */
  function all(bytes) {
    received.fill(0);
    reached = 0;
    wanted = bytes;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name}: ${reached} of ${count} in time`)), timeoutMs);
      finish = () => {
        clearTimeout(timer);
        wanted = Infinity;
        resolve(undefined);
      };
    });
  }

  /** @param {number} index */
  function open(index) {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
        socket.write(openings[name] ?? '');
        resolve(undefined);
      });
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        const { length } = chunk;
        // A server cuts readers that do not answer when it asks whether they are there.
        const answer = answerToPing(chunk);
        if (answer !== undefined) socket.write(answer);
        const before = received[index] ?? 0;
        received[index] = before + length;
        if (before >= wanted || before + length < wanted) return;
        reachedUs[index] = nowUs();
        reached++;
        if (reached === count) finish();
      });
      sockets.add(socket);
    });
  }

  return {
    all,
    lastUs: () => reachedUs.reduce((latest, at) => Math.max(latest, at), 0),
    /** Some at a time. */
    async openGently() {
      for (let first = 0; first < count; first += 100)
        await Promise.all(Array.from({ length: Math.min(100, count - first) }, (_, at) => open(first + at)));
    },
    openAtOnce: () => Promise.all(Array.from({ length: count }, (_, index) => open(index))),
    close() {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
  };
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** @param {Awaited<ReturnType<typeof startServer>>} server @param {number} streams */
async function untilOpen(server, streams) {
  for (;;) {
    const stat = await server.ask({ stat: true });
    if (stat.streams === streams) return stat;
    await pause(pauseMs);
  }
}

/**
 * One contestant with a number of streams: memory, pushes, and all streams anew at once.
 *
 * @param {Name} name
 * @param {{ readonly streams: number, readonly sizes: readonly number[], readonly rounds: number }} load
 * @returns {Promise<Measured>}
 */
export async function measure(name, { streams, sizes, rounds }) {
  const server = await startServer(name);
  const readers = createReaders(name, server.port, streams);
  try {
    // One stream comes and goes first: what is made once is no part of a stream's memory.
    const first = createReaders(name, server.port, 1);
    const heard = first.all(firstBytes[name]);
    await first.openGently();
    await heard;
    first.close();
    const empty = await untilOpen(server, 0);
    await readers.openGently();
    await untilOpen(server, streams);
    await pause(10 * pauseMs);
    const full = await server.ask({ stat: true });
    const lastMs = new Map();
    for (const size of sizes) {
      const taken = [];
      for (let round = 0; round < rounds + warmUpRounds; round++) {
        const done = readers.all(size);
        const { startedUs } = await server.ask({ push: size });
        await done;
        taken.push((readers.lastUs() - startedUs) / 1_000);
        await pause(pauseMs);
      }
      lastMs.set(size, median(taken.slice(warmUpRounds)));
    }
    readers.close();
    const idle = await untilOpen(server, 0);
    const startedUs = nowUs();
    const all = readers.all(firstBytes[name]);
    await readers.openAtOnce();
    await all;
    const reconnectMs = (readers.lastUs() - startedUs) / 1_000;
    const busy = await server.ask({ stat: true });
    return {
      reconnectMs,
      reconnectCpuMs: busy.cpuMs - idle.cpuMs,
      rssPerStreamKb: (full.rss - empty.rss) / streams / 1_024,
      heapPerStreamKb: (full.heapUsed + full.external - empty.heapUsed - empty.external) / streams / 1_024,
      lastMs,
    };
  } finally {
    readers.close();
    await server.stop();
  }
}
