import { sdkLimits } from './sdk-limits.ts';

/** How long to wait, in milliseconds, by whatever a caller passed: a timer that is longer than the longest would fire at once. */
export function waitingTime<Otherwise>(options: unknown, otherwise: Otherwise): number | Otherwise {
  try {
    const { timeoutMs } = (options ?? {}) as { readonly timeoutMs?: unknown };
    return typeof timeoutMs === 'number' && timeoutMs >= 0 ? Math.min(timeoutMs, sdkLimits.maxTimerMs) : otherwise;
  } catch {
    // Options that can't be read say nothing.
    return otherwise;
  }
}
