import type { Comparison, ComputedMetric } from './results.ts';

/** What an interval says about an arm: all of it on the good side of zero, all on the bad side, or neither. */
export type Standing = 'better' | 'worse' | 'undecided' | 'unknown';

/** By the interval of the difference, with which the p-value agrees. */
export function standingOf({ interval }: Comparison, direction: ComputedMetric['direction']): Standing {
  if (interval === null) return 'unknown';
  if (interval.low <= 0 && interval.high >= 0) return 'undecided';
  return interval.low > 0 === (direction === 'increase') ? 'better' : 'worse';
}

/** For a badge; while the experiment collects, a look is not yet the look. */
export function standingText(standing: Standing, isRunning: boolean): string {
  if (standing === 'unknown') return 'not known';
  if (standing === 'undecided') return isRunning ? 'open so far' : 'undecided';
  return isRunning ? `${standing} so far` : standing;
}
