// Loops that are timed. The module is imported anew for each workload: what the engine learnt about one would else slow the next.

/**
 * @param {(flagKey: string, context: unknown) => boolean} ask
 * @param {string} flagKey
 * @param {readonly unknown[]} contexts a power of two of them
 * @param {number} rounds
 * @returns {number} how many answers were on, so that no answer is for nothing
 */
export function askInTurn(ask, flagKey, contexts, rounds) {
  const mask = contexts.length - 1;
  let count = 0;
  for (let i = 0; i < rounds; i++) if (ask(flagKey, contexts[i & mask])) count++;
  return count;
}

/**
 * @param {(flagKey: string, context: unknown) => Promise<boolean>} ask
 * @param {string} flagKey
 * @param {readonly unknown[]} contexts
 * @param {number} rounds
 */
export async function awaitInTurn(ask, flagKey, contexts, rounds) {
  const mask = contexts.length - 1;
  let count = 0;
  for (let i = 0; i < rounds; i++) if (await ask(flagKey, contexts[i & mask])) count++;
  return count;
}

/** @param {(context: unknown) => number} countOn @param {readonly unknown[]} contexts @param {number} rounds */
export function countInTurn(countOn, contexts, rounds) {
  const mask = contexts.length - 1;
  let count = 0;
  for (let i = 0; i < rounds; i++) count += countOn(contexts[i & mask]);
  return count;
}

/** @param {(context: unknown) => Promise<number>} countOn @param {readonly unknown[]} contexts @param {number} rounds */
export async function awaitCountInTurn(countOn, contexts, rounds) {
  const mask = contexts.length - 1;
  let count = 0;
  for (let i = 0; i < rounds; i++) count += await countOn(contexts[i & mask]);
  return count;
}
