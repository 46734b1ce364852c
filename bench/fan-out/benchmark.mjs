import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from '../frame/median.mjs';
import { pinned } from './measure.mjs';

/** @typedef {import('./measure.mjs').Name} Name */
/** @typedef {{ reconnectMs: number, reconnectCpuMs: number, rssPerStreamKb: number, heapPerStreamKb: number, lastMs: Readonly<Record<string, number>> }} Report */

/** @type {readonly Name[]} */
const order = ['raw-tcp', 'stitchd-grpc', 'raw-events', 'stitchd-events'];
const sizes = [1_000, 50_000];

/** Load comes from a process of its own on the other processor. @param {Name} name @param {number} streams @param {number} rounds @returns {Promise<Report>} */
function runLoad(name, streams, rounds) {
  const file = fileURLToPath(new URL('load-process.mjs', import.meta.url));
  const words = [file, name, String(streams), String(rounds), sizes.join(',')];
  const child = spawn(...pinned(1, words), { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(JSON.parse(output));
      else reject(new Error(`the load for ${name} ended with ${status}`));
    });
  });
}

/** @param {readonly Report[]} reports @param {(report: Report) => number} of */
const middle = (reports, of) => median(reports.map(of));

/** What is to be reached with 5,000 streams. */
const goals = { 1_000: { lastMs: 150, ratio: 2 }, 50_000: { lastMs: 300 }, memoryKb: 35, reconnectMs: 3_000 };

/** @param {number} streams @param {ReadonlyMap<Name, readonly Report[]>} measured @returns {import('../frame/benchmark.d.ts').Row[]} */
function rowsOf(streams, measured) {
  const of = (/** @type {Name} */ name) => measured.get(name) ?? [];
  const hasGoal = streams === 5_000;
  const rows = [];
  for (const [ours, floor] of /** @type {const} */ ([
    ['stitchd-grpc', 'raw-tcp'],
    ['stitchd-events', 'raw-events'],
  ])) {
    const isGrpc = ours === 'stitchd-grpc';
    const title = `${isGrpc ? 'FlagSync' : 'server-sent events'}, ${streams.toLocaleString('en-GB')} streams`;
    for (const size of sizes) {
      const last = middle(of(ours), ({ lastMs }) => lastMs[size] ?? Number.NaN);
      const reference = middle(of(floor), ({ lastMs }) => lastMs[size] ?? Number.NaN);
      const goal = isGrpc && hasGoal ? goals[/** @type {1_000 | 50_000} */ (size)] : undefined;
      const most = goal !== undefined && 'ratio' in goal ? goal.ratio : Infinity;
      rows.push({
        measure: `${title}: ${size / 1_000} kB to the last`,
        ours: last,
        reference,
        referenceName: floor === 'raw-tcp' ? 'raw TCP' : 'bare node:http',
        ratio: reference / last,
        goal: goal && `≤ ${goal.lastMs} ms${most === Infinity ? '' : `, ≥ ${1 / most}x`}`,
        met: goal && last <= goal.lastMs && last <= most * reference,
        unit: 'ms',
      });
    }
    const memory = middle(of(ours), ({ rssPerStreamKb }) => rssPerStreamKb);
    rows.push({
      measure: `${title}: memory of an idle stream`,
      ours: memory,
      reference: middle(of(floor), ({ rssPerStreamKb }) => rssPerStreamKb),
      referenceName: floor === 'raw-tcp' ? 'raw TCP' : 'bare node:http',
      goal: isGrpc && hasGoal ? `≤ ${goals.memoryKb} kB` : undefined,
      met: isGrpc && hasGoal ? memory <= goals.memoryKb : undefined,
      unit: 'kB',
    });
    const reconnect = middle(of(ours), ({ reconnectMs }) => reconnectMs);
    rows.push({
      measure: `${title}: all opened at once, until each has the state`,
      ours: reconnect,
      reference: middle(of(floor), ({ reconnectMs }) => reconnectMs),
      referenceName: floor === 'raw-tcp' ? 'raw TCP' : 'bare node:http',
      goal: isGrpc && hasGoal ? `≤ ${goals.reconnectMs.toLocaleString('en-GB')} ms` : undefined,
      met: isGrpc && hasGoal ? reconnect <= goals.reconnectMs : undefined,
      unit: 'ms',
    });
    rows.push({
      measure: `${title}: time on the processor for that`,
      ours: middle(of(ours), ({ reconnectCpuMs }) => reconnectCpuMs),
      reference: middle(of(floor), ({ reconnectCpuMs }) => reconnectCpuMs),
      referenceName: floor === 'raw-tcp' ? 'raw TCP' : 'bare node:http',
      unit: 'ms',
    });
  }
  return rows;
}

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = {
  name: 'fan-out',
  title: 'Fan-out: one change to many streams',
  async run({ quick }) {
    const rows = [];
    for (const streams of quick ? [1_000] : [1_000, 5_000]) {
      /** @type {Map<Name, Report[]>} */
      const measured = new Map(order.map((name) => [name, []]));
      for (let turn = 0; turn < (streams === 1_000 ? 1 : 2); turn++) {
        for (const name of order) measured.get(name)?.push(await runLoad(name, streams, 5));
        console.log(`  ${streams} streams: turn ${turn + 1}`);
      }
      rows.push(...rowsOf(streams, measured));
    }
    return {
      rows,
      notes: [
        'The gateway runs whole on one processor, before a backend in its process; readers are on the other, one connection each. A time runs from the moment at which flag-service hands the change over until the last reader has all bytes of it: decoding, the checksum, compiling for remote evaluation, and writing. The floors write the same number of bytes and nothing else. Where other programs compete for the processors, times are longer by as much as those take; the time on the processor is not.',
      ],
    };
  },
};
