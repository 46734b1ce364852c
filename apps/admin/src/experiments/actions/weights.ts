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

/** Whether all units get an arm: none by a share below zero. */
export function isWhole(arms: Arms): boolean {
  const isNone = arms.some(({ expectedMilliPercent }) => expectedMilliPercent < 0);
  return !isNone && arms.reduce((sum, { expectedMilliPercent }) => sum + expectedMilliPercent, 0) === wholeMilliPercent;
}
