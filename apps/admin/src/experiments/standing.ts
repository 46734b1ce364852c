import type { Comparison, ComputedMetric } from './results.ts';

/** What an interval says about an arm: all of it on the good side of zero, all on the bad side, or neither. */
export type Standing = 'better' | 'worse' | 'undecided' | 'unknown';

/** A guardrail stands by its margin, everything else by zero. */
export function standingOf(
  { effect: { interval, difference }, guardrail, isClosedAtZero }: Pick<Comparison, 'effect' | 'guardrail' | 'isClosedAtZero'>,
  direction: ComputedMetric['direction'],
): Standing {
  if (interval === null) return 'unknown';
  if (guardrail !== null) return guardrailStandings[guardrail.outcome];
  if (!isClosedAtZero && interval.low <= 0 && interval.high >= 0) return 'undecided';
  return (difference ?? interval.low) > 0 === (direction === 'increase') ? 'better' : 'worse';
}

const guardrailStandings = { passed: 'better', failed: 'worse', open: 'undecided' } as const;

/** For the row of a scorecard. A rollout is watched and not judged, so it has none. */
export function standingText(
  standing: Exclude<Standing, 'unknown'>,
  { role, isExploratory }: Pick<ComputedMetric, 'role' | 'isExploratory'>,
): string {
  if (role === 'guardrail') return guardrailTexts[standing];
  if (standing === 'undecided') return 'could be zero';
  return isExploratory ? `${standing}, an idea only` : standing;
}

const guardrailTexts = {
  better: 'safe',
  worse: 'worse than allowed',
  undecided: 'not known to be safe yet',
} as const satisfies Record<Exclude<Standing, 'unknown'>, string>;
