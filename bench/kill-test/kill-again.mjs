import { setTimeout as wait } from 'node:timers/promises';

const longestPauseMs = 1_500;

/** A small generator of numbers from 0 to 1 that a seed decides (mulberry32, T. Ettinger, public domain). @param {number} seed */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Kills at random moments: half of the time whatever state the restart is in, else once items are accepted again.
 * @param {import('../items/product-processes.mjs').ProductProcesses} product
 * @param {{ counts: { batches: number }, check: () => void }} senders @param {{ kills: number, seed: number }} options
 */
export async function killAgainAndAgain(product, senders, { kills, seed }) {
  const random = randomOf(seed);
  const done = { service: 0, engine: 0, both: 0, inRecovery: 0 };
  const engine = async () => (await product.processes()).get('clickhouse') ?? [];
  for (let count = 1; count <= kills; count++) {
    const isEarly = random() < 0.5;
    const before = senders.counts.batches;
    while (!isEarly && senders.counts.batches === before) {
      senders.check();
      await wait(10);
    }
    await wait(random() * longestPauseMs);
    if (senders.counts.batches === before) done.inRecovery++;
    const choice = /** @type {const} */ (['service', 'engine', 'both'])[Math.floor(random() * 3)] ?? 'both';
    done[choice]++;
    if (choice !== 'service') for (const pid of await engine()) kill(pid);
    if (choice !== 'engine') await product.killAndRestart('event-service');
    if (count % 10 === 0) console.log(`${count} kills, ${senders.counts.batches} batches acknowledged`);
  }
  await product.waitUntilReady('event-service');
  return done;
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It is gone already: killed a moment ago, and not yet started again.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}
