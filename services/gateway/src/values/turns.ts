import { setImmediate as nextTurn } from 'node:timers/promises';

/** Divides long work among many streams, so that other requests are answered in between. */
export interface Turns {
  /** Resolves when it is the caller's turn; at once where the event loop was not held for long. */
  readonly take: () => Promise<void>;
}

/**
 * @param longestMs - how long turns may follow each other before the event loop goes round
 * @param nowMs - a jump of this clock costs no more than one turn
 */
export function createTurns(longestMs: number, nowMs: () => number): Turns {
  let line: Promise<void> = Promise.resolve();
  let sinceMs = nowMs();
  return {
    take() {
      line = line.then(async () => {
        if (Math.abs(nowMs() - sinceMs) < longestMs) return;
        await nextTurn();
        sinceMs = nowMs();
      });
      return line;
    },
  };
}
