import { embeddedLimits } from '../limits.ts';

/**
 * How long to wait before a crashed child is started again, in milliseconds: twice as long each time, up to a limit, and
 * from the beginning when the last one lived long enough.
 */
export function nextRestartDelay(previousDelayMs: number | undefined, livedMs: number): number {
  if (previousDelayMs === undefined || livedMs >= embeddedLimits.restartHealthyAfterMs) return embeddedLimits.restartFirstDelayMs;
  return Math.min(previousDelayMs * 2, embeddedLimits.restartLongestDelayMs);
}
