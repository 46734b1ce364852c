import { argumentsOf } from '../domain-error.ts';
import type { Interval } from '../interval.ts';
import { checkPValues } from './check-p-values.ts';
import { holm } from './holm.ts';

/** An arm against the baseline, to be judged together with others. */
export interface SimultaneousQuestion {
  readonly pValue: number;
  /** Of level 1 − α/k with k arms compared. */
  readonly interval: Interval;
  readonly difference: number;
}

/** An arm judged together with the others. */
export interface SimultaneousAnswer {
  readonly adjustedPValue: number;
  readonly isCalled: boolean;
  /** Excludes 0, or ends in it, exactly where it is called. */
  readonly interval: Interval;
  /** Called by step-down although the α/k interval contains 0: it is drawn closed at 0. */
  readonly isClosedAtZero: boolean;
}

/**
 * Arms decided by Holm with intervals that never contradict him: those of level 1 − α/k, and where he calls although such an interval
 * contains 0, that interval cut off at 0.
 *
 * Bonferroni intervals of level 1 − α/k hold together with 1 − α; the cut ends follow from step-down (S. Holm 1979; K.
 * Strassburger & F. Bretz 2008, Stat. Med. 27, 4914). Differences in the metric's units.
 *
 * @throws DomainError for p-values that are none, and alpha out of range
 */
export function simultaneous(questions: readonly SimultaneousQuestion[], alpha: number): readonly SimultaneousAnswer[] {
  argumentsOf('simultaneous')(alpha > 0 && alpha < 1, 'alpha', alpha, 'between 0 and 1');
  const pValues = questions.map(({ pValue }) => pValue);
  checkPValues('simultaneous', pValues);
  const adjusted = holm(pValues);
  return questions.map(({ interval, difference }, index) => {
    const adjustedPValue = adjusted[index] ?? 1;
    const isCalled = adjustedPValue <= alpha;
    const isClosedAtZero = isCalled && interval.low < 0 && interval.high > 0;
    const closed = difference > 0 ? { low: 0, high: interval.high } : { low: interval.low, high: 0 };
    return { adjustedPValue, isCalled, isClosedAtZero, interval: isClosedAtZero ? closed : interval };
  });
}
