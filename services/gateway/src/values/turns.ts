import { setImmediate as nextTurn } from 'node:timers/promises';

/** Divides long work among many streams, so that other requests are answered in between. */
export interface Turns {
  /** Resolves when it is the caller's turn; at once where the event loop was not held for long. */
  readonly take: () => Promise<void>;
}

/**
 * @param longestMs - how long turns may follow each other before the event loop goes round
 * @param monotonicMs - milliseconds that only grow
 */
export function createTurns(longestMs: number, monotonicMs: () => number): Turns {
  let line: Promise<void> = Promise.resolve();
  let sinceMs = monotonicMs();
  return {
    take() {
      line = line.then(async () => {
        if (monotonicMs() - sinceMs < longestMs) return;
        await nextTurn();
        sinceMs = monotonicMs();
      });
      return line;
    },
  };
}
