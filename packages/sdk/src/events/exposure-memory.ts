import { sdkLimits } from '../sdk-limits.ts';

/** Tells whether an exposure is worth sending: the same one of the same unit is sent once an hour. */
export interface ExposureMemory {
  /** True once; from then on the exposure counts as sent, unless it is forgotten again. */
  readonly isNew: (key: string, nowMs: number) => boolean;
  /** For an exposure that could not be queued: the next one is sent. */
  readonly forget: (key: string) => void;
}

/** Remembers a bounded number of exposures; a forgotten one is sent again, which the results count once all the same. */
export function createExposureMemory(
  limit: number = sdkLimits.maxRememberedExposures,
  repeatMs: number = sdkLimits.exposureRepeatMs,
): ExposureMemory {
  const sentAt = new Map<string, number>();
  return {
    isNew(key, nowMs) {
      const before = sentAt.get(key);
      if (before !== undefined && nowMs - before < repeatMs && nowMs >= before) return false;
      sentAt.delete(key);
      sentAt.set(key, nowMs);
      if (sentAt.size > limit) sentAt.delete(sentAt.keys().next().value as string);
      return true;
    },
    forget: (key) => void sentAt.delete(key),
  };
}
