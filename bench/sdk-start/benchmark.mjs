import { execFile, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publishedPackages } from '../../scripts/pack/published-packages.mjs';
import { stagePackage } from '../../scripts/pack/stage-package.mjs';
import { median } from '../frame/median.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const here = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));
const run = promisify(execFile);

/** @typedef {{ importMs: number, initMs: number, cpuMs: number, rss: number, heap: number, answer?: string }} Start */

/** @param {string | undefined} module @param {object} [options] @returns {Promise<Start>} */
async function start(module, options) {
  const words = module === undefined ? [] : [module, JSON.stringify(options)];
  const { stdout } = await run(process.execPath, ['--expose-gc', here('client-process.mjs'), ...words]);
  return JSON.parse(stdout);
}

/** @param {'small' | 'large'} size */
async function startServer(size) {
  const child = fork(here('server-process.mjs'), [size]);
  const [facts] = await new Promise((resolve) => child.once('message', (message) => resolve([message])));
  return { facts, stop: () => child.disconnect() };
}

/** Starts with a server, by each way, taking turns. @param {string} module @param {'small' | 'large'} size @param {number} rounds */
async function measure(module, size, rounds) {
  const { facts, stop } = await startServer(size);
  const storageDirectory = mkdtempSync(path.join(os.tmpdir(), 'stitchd-bench-start-'));
  const options = { url: facts.url, syncUrl: facts.syncUrl, sdkKey: 'stsk_bench', events: false };
  /** @type {Map<string, Start[]>} */
  const starts = new Map(['stream', 'sse', 'poll', 'disk', 'nothing'].map((name) => [name, []]));
  // What is on disk comes from the server once.
  const keep = `import(${JSON.stringify(module)}).then(async ({ Stitchd }) => (await Stitchd.init(${JSON.stringify({ ...options, storageDirectory })})).close())`;
  await run(process.execPath, ['--input-type=module', '-e', keep]);
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const [name, list] of starts) {
        const choices =
          name === 'disk'
            ? { ...options, offline: true, storageDirectory }
            : { ...options, mode: name, waitUntilReadyMs: 20_000 };
        const result = await start(name === 'nothing' ? undefined : module, choices);
        if (name !== 'nothing' && result.answer !== `${name} true`) throw new Error(`${name} answered ${result.answer}`);
        // The first of each reads files that the others find in memory.
        if (round > 0) list.push(result);
      }
    }
  } finally {
    stop();
    rmSync(storageDirectory, { recursive: true, force: true });
  }
  return { starts, documentBytes: facts.documentBytes };
}

const flagsOf = { small: '4 flags', large: '1,004 flags' };
const names = { stream: 'FlagSync', sse: 'server-sent events', poll: 'polling', disk: 'disk, offline' };
const goalMs = 100;

/** @param {boolean} quick @returns {Promise<import('../frame/benchmark.d.ts').BenchmarkResult>} */
async function measureAll(quick) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stitchd-bench-sdk-'));
  try {
    const sdk = publishedPackages(root).find(({ name }) => name === '@stitchd/sdk');
    if (sdk === undefined) throw new Error('@stitchd/sdk is not published');
    await stagePackage(root, sdk, folder);
    const module = path.join(folder, 'dist/index.js');
    const rows = [];
    const notes = [];
    for (const size of /** @type {const} */ (['small', 'large'])) {
      const { starts, documentBytes } = await measure(module, size, quick ? 3 : 15);
      const middle = (/** @type {string} */ name, /** @type {(start: Start) => number} */ of) =>
        median((starts.get(name) ?? []).map(of));
      for (const [name, title] of Object.entries(names)) {
        const ours = middle(name, ({ importMs, initMs }) => importMs + initMs);
        rows.push({
          measure: `Import, start and first answer, ${flagsOf[size]}, ${title}`,
          ours,
          unit: 'ms',
          goal: `≤ ${goalMs} ms`,
          met: ours <= goalMs,
        });
      }
      rows.push({
        measure: `The same, processor time, ${flagsOf[size]}, FlagSync`,
        ours: middle('stream', ({ cpuMs }) => cpuMs),
        unit: 'ms',
      });
      for (const part of /** @type {const} */ (['heap', 'rss'])) {
        const ours = (middle('stream', (each) => each[part]) - middle('nothing', (each) => each[part])) / 1_000;
        rows.push({
          measure: `Memory of an idle client, ${flagsOf[size]}, ${part === 'heap' ? 'heap' : 'resident'}`,
          ours,
          unit: 'kB',
        });
      }
      notes.push(
        `${flagsOf[size]}: a document of ${Math.round(documentBytes / 1_000)} kB; import alone ${middle('stream', ({ importMs }) => importMs).toFixed(1)} ms.`,
      );
    }
    notes.push(
      'Each start is a process of its own with the published bundle, against a server from memory on loopback; from before the import to the first answer, without the time that Node.js itself needs. Memory is after garbage collection, beyond a process that does nothing.',
    );
    return { rows, notes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = {
  name: 'sdk-start',
  title: 'Start and memory of the SDK',
  run: ({ quick }) => measureAll(quick),
};
