import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { formatNumber } from '../frame/format-number.mjs';
import { median } from '../frame/median.mjs';
import { renderTable } from '../frame/render-section.mjs';

const peers = ['flagd-core', 'statsig-node', 'growthbook', 'launchdarkly', 'unleash-client'];
const floors = ['floor-closures', 'floor-kept-hash'];
const ours = ['stitchd-core', 'stitchd-core-handle', 'stitchd-sdk', 'stitchd-sdk-handle'];

/** Interleaved, so that a busy moment of the machine falls on all. */
const order = [...floors, ...ours, ...peers];

const processTimeoutMs = 180_000;

/** @typedef {{ ns: number, bytes: number }} Measured */
/** @typedef {{ name: string, version: string, loadMs: number, changeMs?: number, workloads: Readonly<Record<string, Measured>> }} Report */

/** @param {string} name @param {boolean} quick @returns {Promise<Report>} */
function runContestant(name, quick) {
  const file = fileURLToPath(new URL('contestant-process.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', file, name, ...(quick ? ['--quick'] : [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: processTimeoutMs,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      const line = output.split('\n').find((one) => one.startsWith('{'));
      if (status === 0 && line !== undefined) resolve(JSON.parse(line));
      else reject(new Error(`${name} ended with ${status}: ${errors.trim() || output.trim()}`));
    });
  });
}

/** @param {number} rounds @param {boolean} quick @returns {Promise<ReadonlyMap<string, readonly Report[]>>} */
async function runInterleaved(rounds, quick) {
  /** @type {Map<string, Report[]>} */
  const reports = new Map(order.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of order) reports.get(name)?.push(await runContestant(name, quick));
    console.log(`  round ${round + 1} of ${rounds}`);
  }
  return reports;
}

const titles = {
  a: 'a: boolean without rules',
  b: 'b: split in halves',
  c: 'c: five rules of two conditions, the last holds',
  d: 'd: segment of 10,000 keys',
  e: 'e: 1,000 flags for one user',
};

/** @typedef {keyof typeof titles} Workload */

/**
 * What performance.md asks for: of core by itself, and how many times the fastest peer.
 * @type {readonly { workload: Workload, contestant: string, how: string, reach: number, ratio: number | undefined }[]}
 */
const goals = [
  { workload: 'a', contestant: 'stitchd-core', how: 'evaluate', reach: 25, ratio: 3 },
  { workload: 'b', contestant: 'stitchd-core', how: 'evaluate, plain context', reach: 130, ratio: 5 },
  { workload: 'b', contestant: 'stitchd-core-handle', how: 'evaluate, second flag of a handle', reach: 50, ratio: 5 },
  { workload: 'c', contestant: 'stitchd-core', how: 'evaluate', reach: 250, ratio: 7 },
  { workload: 'd', contestant: 'stitchd-core', how: 'evaluate', reach: 130, ratio: 3 },
  { workload: 'e', contestant: 'stitchd-core', how: 'evaluateAll', reach: 60_000, ratio: 10 },
];

/** @param {number} value @param {number} reach @param {number | undefined} ratio @param {number | undefined} least */
function isMet(value, reach, ratio, least) {
  return value <= reach && (ratio === undefined || least === undefined || ratio >= least);
}

/** @param {ReadonlyMap<string, readonly Report[]>} reports */
function figuresOf(reports) {
  const all = (/** @type {string} */ name) => reports.get(name) ?? [];
  return {
    ns: (/** @type {string} */ name, /** @type {string} */ workload) =>
      median(all(name).map((report) => report.workloads[workload]?.ns ?? Number.NaN)),
    bytes: (/** @type {string} */ name, /** @type {string} */ workload) =>
      Math.min(...all(name).map((report) => report.workloads[workload]?.bytes ?? Number.NaN)),
    loadMs: (/** @type {string} */ name) => median(all(name).map((report) => report.loadMs)),
    changeMs: (/** @type {string} */ name) => median(all(name).flatMap(({ changeMs }) => changeMs ?? [])),
    version: (/** @type {string} */ name) => all(name)[0]?.version ?? '-',
  };
}

/** @typedef {ReturnType<typeof figuresOf>} Figures */

/** @param {Figures} figures @param {Workload} workload */
function fastestPeer(figures, workload) {
  const [first = ''] = [...peers].sort((one, other) => figures.ns(one, workload) - figures.ns(other, workload));
  return { name: first, ns: figures.ns(first, workload) };
}

/** @param {Figures} figures */
function goalRows(figures) {
  return goals.map(({ workload, contestant, how, reach, ratio: least }) => {
    const value = figures.ns(contestant, workload);
    const peer = fastestPeer(figures, workload);
    const ratio = peer.ns / value;
    const goal = `≤ ${formatNumber(reach)} ns${least === undefined ? '' : `, ≥ ${least}x`}`;
    const common = { measure: `${titles[workload]}: ${how}`, unit: 'ns', reference: peer.ns, referenceName: peer.name };
    return { ...common, ours: value, ratio, goal, met: isMet(value, reach, ratio, least) };
  });
}

/** @param {Figures} figures */
function clientRows(figures) {
  return /** @type {Workload[]} */ (Object.keys(titles)).flatMap((workload) =>
    [
      { contestant: 'stitchd-sdk', how: 'client, plain context' },
      { contestant: 'stitchd-sdk-handle', how: 'client, handle' },
    ].map(({ contestant, how }) => {
      const peer = fastestPeer(figures, workload);
      const value = figures.ns(contestant, workload);
      const common = { measure: `${titles[workload]}: ${how}`, unit: 'ns', reference: peer.ns, referenceName: peer.name };
      return { ...common, ours: value, ratio: peer.ns / value };
    }),
  );
}

/** @param {Figures} figures */
function loadRows(figures) {
  const [fastest = ''] = [...peers].sort((one, other) => figures.loadMs(one) - figures.loadMs(other));
  const loadMs = figures.loadMs('stitchd-core');
  const changeMs = figures.changeMs('stitchd-core');
  const peerMs = figures.loadMs(fastest);
  return [
    {
      measure: 'load of 1,004 flags and the segment, checksum included, in a fresh process',
      ours: loadMs,
      reference: peerMs,
      referenceName: fastest,
      ratio: peerMs / loadMs,
      goal: '≤ 20 ms',
      met: loadMs <= 20,
      unit: 'ms',
    },
    {
      measure: 'one changed flag taken in, flags that it affects included',
      ours: changeMs,
      goal: '≤ 0.2 ms',
      met: changeMs <= 0.2,
      unit: 'ms',
    },
  ];
}

/** @param {Figures} figures */
function allocationRows(figures) {
  return /** @type {const} */ (['a', 'c', 'd']).map((workload) => {
    const bytes = figures.bytes('stitchd-core', workload);
    // Reading the heap's size costs a few bytes a run, shared by thousands of calls.
    return {
      measure: `${titles[workload]}: allocated by one evaluate`,
      ours: bytes,
      goal: 'none',
      met: bytes < 1,
      unit: 'bytes',
    };
  });
}

/** How much the product costs beside closures that do nothing else, on the same machine in the same moment. @param {Figures} figures */
function besideTheFloor(figures) {
  const pairs = /** @type {const} */ ([
    ['b', 'stitchd-core', 'floor-closures'],
    ['b', 'stitchd-core-handle', 'floor-kept-hash'],
    ['c', 'stitchd-core', 'floor-closures'],
    ['e', 'stitchd-core', 'floor-kept-hash'],
  ]);
  const ratios = pairs.map(([workload, own, floor]) => {
    const ratio = formatNumber(figures.ns(own, workload) / figures.ns(floor, workload));
    return `(${workload}) ${own} ${ratio}x ${floor}`;
  });
  return `Goals in nanoseconds are for a quiet machine; beside the floor of this one: ${ratios.join(', ')}.`;
}

/** Every contestant on every workload, with bytes left to the garbage collector. @param {Figures} figures */
function wholeTable(figures) {
  const head = ['', ...Object.keys(titles), 'load'];
  const rows = order.map((name) => [
    figures.version(name) === '-' ? name : `${name} ${figures.version(name)}`,
    ...Object.keys(titles).map(
      (workload) =>
        `${formatNumber(figures.ns(name, workload))} ns, ${formatNumber(Math.round(figures.bytes(name, workload)))} B`,
    ),
    `${formatNumber(figures.loadMs(name))} ms`,
  ]);
  return renderTable([head, ...rows]);
}

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = {
  name: 'evaluation',
  title: 'Evaluation in process: 1,004 flags, keys of 36 characters',
  async run({ quick }) {
    const rounds = quick ? 1 : 3;
    const figures = figuresOf(await runInterleaved(rounds, quick));
    return {
      rows: [...goalRows(figures), ...loadRows(figures), ...allocationRows(figures), ...clientRows(figures)],
      notes: [
        `Each contestant ran in a process of its own, all in turn; figures are processor time (of the main thread for loading), the median over ${rounds} round(s). Answers were checked against the plainest reading of the workload before anything was timed. The reference is the fastest peer on that workload. \`launchdarkly\` answers promises only.`,
        besideTheFloor(figures),
        wholeTable(figures),
      ],
    };
  },
};
