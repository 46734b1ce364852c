import { ServerException } from './exception.mjs';

/**
 * Lets a number of queries run at once, and a number of others wait, in the order in which they came.
 * @param {{ readonly running: number, readonly waiting: number }} most
 */
export function createQuerySlots(most) {
  let running = 0;
  /** @type {(() => void)[]} */
  const queue = [];
  return {
    /** How many run. */
    running: () => running,
    /** Comes back when it is the caller's turn; `release` ends that. */
    async acquire() {
      if (running < most.running) {
        running++;
        return;
      }
      if (queue.length >= most.waiting) {
        throw new ServerException(
          'TOO_MANY_SIMULTANEOUS_QUERIES',
          `Too many simultaneous queries: ${most.running} run and ${most.waiting} wait.`,
        );
      }
      await new Promise((/** @type {(value?: undefined) => void} */ resolve) => queue.push(resolve));
    },
    release() {
      const next = queue.shift();
      if (next === undefined) running--;
      else next();
    },
  };
}

/** @typedef {ReturnType<typeof createQuerySlots>} QuerySlots */
