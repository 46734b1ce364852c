import { webLimits } from './web-limits.ts';

/**
 * The pause before an attempt: uniform between 0 and a bound that doubles each time ("full jitter"), so that pages which lost
 * their server at the same moment don't all come back at once.
 * @param attempt - 0 for the first repetition
 * @param random - in [0, 1)
 */
export function backoffMs(attempt: number, random: () => number): number {
  const { first, longest } = webLimits.reconnectMs;
  return Math.floor(random() * Math.min(longest, first * 2 ** Math.min(attempt, 30)));
}

/** Waits, for at most what a timer can wait; aborting ends the wait at once. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(milliseconds, webLimits.maxTimerMs));
    signal.addEventListener('abort', done, { once: true });
  });
}
