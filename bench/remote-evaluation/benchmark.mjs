// Remote evaluation of 100 flags: the built product's OFREP bulk, node:http with prebuilt fragments, and unleash-server.
import { readFileSync } from 'node:fs';
import { packageVersion } from '../evaluation/package-version.mjs';
import { median as medianOf } from '../frame/median.mjs';
import { startChild } from './child-process.mjs';
import { startOurProduct } from './our-product.mjs';
import { contextOf, plannedFlags } from './plan.mjs';

const users = 1_000;
const connections = 32;

/** Microseconds of processor that a process has used, all its threads; Linux alone tells. @param {number} pid */
function cpuMicroseconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** @param {string} path @param {string} authorization @param {(user: number) => unknown} bodyOf */
function posts(path, authorization, bodyOf) {
  return Array.from({ length: users }, (_, user) => {
    const body = JSON.stringify(bodyOf(user));
    return `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nauthorization: ${authorization}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  });
}

/** @param {number} port @param {string} key @param {number} user @returns {Promise<{ flags: { key: string, value: boolean }[] }>} */
async function ourAnswer(port, key, user) {
  const response = await fetch(`http://127.0.0.1:${port}/ofrep/v1/evaluate/flags`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ context: contextOf(user) }),
  });
  return /** @type {any} */ (response.json());
}

/** What both say of flags that are not split: splits are each product's own. */
async function checkAnswers(our, unleash) {
  const { flags } = await ourAnswer(our.port, our.key, 3);
  if (flags.length !== plannedFlags.length) throw new Error(`ours answers ${flags.length} flags`);
  const response = await fetch(`http://127.0.0.1:${unleash.port}/api/frontend?userId=u3`, {
    headers: { authorization: unleash.secret },
  });
  const { toggles } = /** @type {{ toggles: { name: string }[] }} */ (await response.json());
  const theirs = new Set(toggles.map(({ name }) => name));
  for (const { key, kind } of plannedFlags) {
    if (kind === 'half') continue;
    const value = flags.find((flag) => flag.key === key)?.value;
    if (value !== true || !theirs.has(key)) throw new Error(`${key}: ours says ${value}, unleash ${theirs.has(key)}`);
  }
}

/** @param {{ quick: boolean }} options */
async function run({ quick }) {
  const our = await startOurProduct({ flags: plannedFlags });
  const children = ['./bare-server.mjs', './raw-load.mjs', './unleash-server.mjs'].map((file) => startChild(file));
  const [bare, load, unleashProcess] = children;
  try {
    const unleash = await unleashProcess.ask('start');
    await checkAnswers(our, unleash);
    const fragments = (await ourAnswer(our.port, our.key, 1)).flags.map((flag) => JSON.stringify(flag));
    const { port: barePort } = await bare.ask(fragments);
    const evaluation = (user) => ({ context: contextOf(user) });
    const bulk = '/ofrep/v1/evaluate/flags';
    const contestants = [
      { name: 'bare', pid: bare.pid, port: barePort, requests: posts(bulk, 'none', evaluation) },
      { name: 'ours', pid: our.pid, port: our.port, requests: posts(bulk, `Bearer ${our.key}`, evaluation) },
      {
        name: 'unleash',
        pid: unleashProcess.pid,
        port: unleash.port,
        requests: Array.from(
          { length: users },
          (_, user) => `GET /api/frontend?userId=u${user} HTTP/1.1\r\nhost: bench\r\nauthorization: ${unleash.secret}\r\n\r\n`,
        ),
      },
    ];
    const rounds = quick ? 2 : 7;
    /** @type {Record<string, { perSecond: number[], p99: number[], cpu: number[] }>} */
    const results = Object.fromEntries(contestants.map(({ name }) => [name, { perSecond: [], p99: [], cpu: [] }]));
    for (let round = -1; round < rounds; round++) {
      for (const { name, pid, port, requests } of contestants) {
        const before = cpuMicroseconds(pid);
        const measured = await load.ask({ port, requests, connections, seconds: quick ? 2 : 5 });
        if (measured.failed > 0) throw new Error(`${measured.failed} answers of ${name} were not 200`);
        // The first round is for the engines to get to know the code.
        if (round < 0) continue;
        results[name]?.perSecond.push(measured.perSecond);
        results[name]?.p99.push(measured.p99 / 1_000);
        results[name]?.cpu.push((cpuMicroseconds(pid) - before) / measured.requests);
      }
    }
    return report(results);
  } finally {
    await our.stop();
    for (const child of children) await child.stop();
  }
}

/** @param {Record<string, { perSecond: number[], p99: number[], cpu: number[] }>} results */
function report(results) {
  const median = (name, figure) => medianOf(results[name]?.[figure] ?? []);
  const unleashName = `unleash-server ${packageVersion('unleash-server')}`;
  const row = (measure, figure, against, referenceName, unit, isBetter, goal, met) => {
    const [ours, reference] = [median('ours', figure), median(against, figure)];
    const ratio = isBetter === 'more' ? ours / reference : reference / ours;
    return { measure, ours, reference, referenceName, ratio, unit, goal, met: met?.(ratio) };
  };
  return {
    rows: [
      row('bulk, requests', 'perSecond', 'bare', 'node:http', 'requests/s', 'more', '≥ 0.5x', (ratio) => ratio >= 0.5),
      row('bulk, p99', 'p99', 'bare', 'node:http', 'ms', 'less', '≥ 0.5x', (ratio) => ratio >= 0.5),
      row('bulk, processor time a request', 'cpu', 'bare', 'node:http', 'µs', 'less', undefined, undefined),
      row('bulk, requests', 'perSecond', 'unleash', unleashName, 'requests/s', 'more', '≥ 10x', (ratio) => ratio >= 10),
      row('bulk, p99', 'p99', 'unleash', unleashName, 'ms', 'less', undefined, undefined),
      row('bulk, processor time a request', 'cpu', 'unleash', unleashName, 'µs', 'less', undefined, undefined),
    ],
    notes: [
      `100 flags (40 on for everybody, 40 split in halves, 20 for named users), ${users} users in turn, ${connections} connections, one process each, medians of rounds that take turns. Ours is the whole product in one process, with authentication, limits, metrics and evaluation; node:http reads the body and writes prebuilt fragments; unleash-server answers \`/api/frontend\`, with its PostgreSQL beside. The load generator sends prebuilt bytes and reads lengths, and shares the machine.`,
    ],
  };
}

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = { name: 'remote-evaluation', title: 'Remote evaluation of 100 flags over HTTP', run };
