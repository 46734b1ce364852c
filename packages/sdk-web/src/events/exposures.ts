import type { ValueExposure } from '@stitchd/core';
import { webLimits } from '../web-limits.ts';

/** Tells whether an exposure is worth sending: the same one of the same unit is sent once an hour. */
export interface ExposureMemory {
  /** True once; from then on the exposure counts as sent, unless it is forgotten again. */
  readonly isNew: (name: string, nowMs: number) => boolean;
  /** For one that could not be queued: the next one is sent. */
  readonly forget: (name: string) => void;
}

/** By what an exposure is known again. */
export function exposureName(exposure: ValueExposure): string {
  const { flag, variant, rule, split, iterationId, holdout, coveredBy, kind, unit } = exposure;
  return JSON.stringify([flag, variant, rule, split, iterationId, holdout, coveredBy, kind, unit]);
}

/** Remembers a bounded number of exposures; a forgotten one is sent again, which results count once all the same. */
export function createExposureMemory(): ExposureMemory {
  const sentAt = new Map<string, number>();
  return {
    isNew(name, nowMs) {
      const before = sentAt.get(name);
      if (before !== undefined && nowMs - before < webLimits.exposureRepeatMs && nowMs >= before) return false;
      sentAt.delete(name);
      sentAt.set(name, nowMs);
      if (sentAt.size > webLimits.maxRememberedExposures) sentAt.delete(sentAt.keys().next().value ?? '');
      return true;
    },
    forget: (name) => void sentAt.delete(name),
  };
}
