/** Delays before attempts to reconnect: full jitter under a bound that doubles. */
export interface Backoff {
  /** Milliseconds to wait before the next attempt. */
  readonly next: () => number;
  /** An attempt went well: begin anew. */
  readonly reset: () => void;
}

const firstMs = 100;
const mostMs = 5_000;

/** @param random - uniform in [0, 1) */
export function createBackoff(random: () => number): Backoff {
  let boundMs = firstMs;
  return {
    next() {
      const delay = random() * boundMs;
      boundMs = Math.min(boundMs * 2, mostMs);
      return delay;
    },
    reset() {
      boundMs = firstMs;
    },
  };
}
