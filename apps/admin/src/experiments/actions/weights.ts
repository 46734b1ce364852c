import type { Schemas } from '@stitchd/rest-client';
import { milliPercentPerPercent, wholeMilliPercent } from '../../parts/milli-percent.ts';

type Arms = Schemas['Experiment']['arms'];

/** Shares that were typed in per cent, for the same arms. */
export function weightsOf(arms: Arms, percents: readonly (number | string)[]): Arms {
  return arms.map(({ variant }, index) => ({
    variant,
    expectedMilliPercent: Math.round(Number(percents[index] || 0) * milliPercentPerPercent),
  }));
}

export function isWhole(arms: Arms): boolean {
  return arms.reduce((sum, { expectedMilliPercent }) => sum + expectedMilliPercent, 0) === wholeMilliPercent;
}
