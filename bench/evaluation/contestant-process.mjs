// One contestant in a process of its own: node --expose-gc contestant-process.mjs <name> [--quick]; writes one line of JSON.
import { median } from '../frame/median.mjs';
import { checkedUsers, expectedOf, flags, manyCount, userCount, users } from './workload.mjs';

const quick = process.argv.includes('--quick');
const [name = ''] = process.argv.slice(2);

/** Milliseconds: until the engine has settled, and of each of several samples. */
const warmMs = quick ? 120 : 200;
const sampleMs = quick ? 12 : 25;
const samples = quick ? 5 : 7;

/** Shares of rollouts may stray by this much: five standard deviations of the smallest number that is looked at. */
const shareTolerance = 0.13;

/** @type {{ create: () => Promise<import('./contestant.d.ts').Contestant> | import('./contestant.d.ts').Contestant }} */
const { create } = await import(`./contestants/${name}.mjs`);
const contestant = await create();
const contexts = users.map((user) => contestant.contextOf(user));

/** @param {string} what @param {number} share */
function checkShare(what, share) {
  if (Math.abs(share - 0.5) > shareTolerance) throw new Error(`${name}: ${what} is on for ${share} of users, not for half`);
}

/** Throws where an answer is not what the plainest reading of the workload gives. */
async function checkAnswers() {
  for (const { key, kind } of flags.slice(0, 4)) {
    let on = 0;
    for (const user of [...users, ...checkedUsers]) {
      const answer = await contestant.ask(key, /** @type {never} */ (contestant.contextOf(user)));
      const expected = expectedOf(kind, user, contestant.decidingRule ?? 'first');
      if (expected !== undefined && answer !== expected)
        throw new Error(`${name}: flag ${key} is ${answer} for ${JSON.stringify(user)}`);
      if (answer) on++;
    }
    if (kind === 'rollout') checkShare(key, on / (users.length + checkedUsers.length));
  }
  for (const context of contexts.slice(0, 16)) {
    const count = await contestant.countOn(/** @type {never} */ (context));
    // 400 boolean flags and 200 with rules are on for each of these users.
    checkShare('the rollouts', (count - manyCount * 0.6) / (manyCount * 0.4));
  }
}

/** Milliseconds of processor time that this process has used, its helpers for compiling and collecting garbage included. */
function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Nanoseconds of processor time for one call, the median of samples after warming up: what other programs do meanwhile hardly
 * counts.
 *
 * @param {(rounds: number) => number | Promise<number>} run
 */
async function timed(run) {
  let rounds = 16;
  let lastMs = 0;
  const warmFrom = processorMs();
  while (processorMs() - warmFrom < warmMs || lastMs < 2) {
    const startedMs = processorMs();
    await run(rounds);
    lastMs = processorMs() - startedMs;
    if (lastMs < sampleMs / 2) rounds *= 2;
  }
  const perSample = Math.max(1, Math.round((rounds * sampleMs) / lastMs));
  const times = [];
  for (let i = 0; i < samples; i++) {
    const startedMs = processorMs();
    await run(perSample);
    times.push(((processorMs() - startedMs) * 1e6) / perSample);
  }
  return median(times);
}

/**
 * Bytes that one call leaves to the garbage collector, the least of several tries: other things allocate in between.
 * @param {(rounds: number) => number | Promise<number>} run
 * @param {number} rounds
 */
async function allocated(run, rounds) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    await run(rounds);
    least = Math.min(least, (process.memoryUsage().heapUsed - before) / rounds);
  }
  return Math.max(0, least);
}

/** @param {string} workload @param {string} flagKey */
async function measureFlag(workload, flagKey) {
  const loop = await import(`./timed-loop.mjs?${workload}`);
  const inTurn = contestant.isAsync ? loop.awaitInTurn : loop.askInTurn;
  const run = (/** @type {number} */ rounds) => inTurn(contestant.ask, flagKey, contexts, rounds);
  const ns = await timed(run);
  return { ns, bytes: await allocated(run, userCount * 8) };
}

async function measureMany() {
  const loop = await import('./timed-loop.mjs?many');
  const inTurn = contestant.isAsync ? loop.awaitCountInTurn : loop.countInTurn;
  const run = (/** @type {number} */ rounds) => inTurn(contestant.countOn, contexts, rounds);
  const ns = await timed(run);
  return { ns, bytes: await allocated(run, 64) };
}

/** Milliseconds to take in one changed flag: the median once warm. */
function measureChange() {
  const count = quick ? 100 : 400;
  const change = contestant.prepareChanges?.(count);
  if (change === undefined) return undefined;
  const times = [];
  for (let turn = 0; turn < count; turn++) {
    const startedMs = performance.now();
    change(turn);
    times.push(performance.now() - startedMs);
  }
  return median(times.slice(count >> 1));
}

await checkAnswers();
const workloads = {
  a: await measureFlag('a', 'bool'),
  b: await measureFlag('b', 'roll'),
  c: await measureFlag('c', 'rules'),
  d: await measureFlag('d', 'seg'),
  e: await measureMany(),
};
const { version, loadMs } = contestant;
console.log(JSON.stringify({ name, version, loadMs, changeMs: measureChange(), workloads }));
// Some products keep timers whatever one does.
process.exit(0);
