import { createBoundedMap } from '@stitchd/service-kit';
import { maxLimitedCallers } from '../limits.ts';

/** Counts by name within windows of time that begin with the first count. */
export interface WindowLimiter {
  /** Counts one; the milliseconds until the window ends where it was one too many. */
  readonly take: (name: string) => number | undefined;
  /** The milliseconds until the window ends where no more fit into it. */
  readonly isFull: (name: string) => number | undefined;
}

interface Window {
  count: number;
  readonly beganMs: number;
}

/** Answers at once, since it stands before every request: a promise here would cost more than all else that it does. */
export function createWindowLimiter(options: {
  readonly limit: number;
  readonly windowMs: number;
  readonly nowMs: () => number;
}): WindowLimiter {
  const { limit, windowMs, nowMs } = options;
  const windows = createBoundedMap<Window>(maxLimitedCallers);

  function current(name: string, now: number): Window | undefined {
    const window = windows.get(name);
    // A clock that was set back would keep the window open for as long.
    return window !== undefined && now >= window.beganMs && now < window.beganMs + windowMs ? window : undefined;
  }

  return {
    take(name) {
      const now = nowMs();
      const window = current(name, now);
      if (window === undefined) {
        windows.set(name, { count: 1, beganMs: now });
        return undefined;
      }
      // Beyond one too many there is nothing to count.
      if (window.count <= limit) window.count++;
      return window.count > limit ? window.beganMs + windowMs - now : undefined;
    },
    isFull(name) {
      const now = nowMs();
      const window = current(name, now);
      return window !== undefined && window.count >= limit ? window.beganMs + windowMs - now : undefined;
    },
  };
}
