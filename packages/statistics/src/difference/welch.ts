import { argumentsOf } from '../domain-error.ts';
import { compareEstimates } from '../estimate/compare-estimates.ts';
import type { Estimate } from '../estimate/estimate.ts';
import type { Interval } from '../interval.ts';
import { areMoments, type Moments } from '../moments/moments.ts';

/** Why two means can't be compared. */
export type DifferenceRefusal =
  /** An arm has fewer than two units, so its variance is unknown. */
  | 'too-few-units'
  /** Every unit of both arms has its arm's mean: nothing says how much chance there is in it. */
  | 'no-variance'
  /** A mean or sum of squares isn't a number, or so large that the result isn't. */
  | 'not-finite';

/** A computed comparison of two means. All numbers are finite. */
export interface WelchResult {
  readonly kind: 'ok';
  /** Treatment mean − control mean, in the metric's units, as are the standard error and the interval. */
  readonly difference: number;
  readonly standardError: number;
  /** Welch–Satterthwaite; not a whole number in general. */
  readonly degreesOfFreedom: number;
  /** difference/standardError */
  readonly t: number;
  /** Two-sided and above 0: what is below the smallest double is given as that. */
  readonly pValue: number;
  /** Two-sided interval of level 1 − α; it excludes 0 exactly when pValue < α. */
  readonly interval: Interval;
  /** What the standard error was multiplied with; give it to `relativeLift` so that both intervals agree. */
  readonly criticalValue: number;
}

/** What comparing two means can come to. */
export type WelchOutcome = WelchResult | { readonly kind: 'not-computable'; readonly reason: DifferenceRefusal };

/**
 * Welch's t-test of two independent means with unequal variances (B. L. Welch 1947, Biometrika 34, 28), from their moments.
 *
 * An arm without variance is no error as long as the other has some: 100 of 1000 conversions against 0 of 1000 is as informative as
 * data get. The p-value is twice a survival function, so it keeps its digits however small it is.
 *
 * @param options.alpha in (0, 1): one minus the level of the interval.
 * @throws DomainError for any other alpha.
 */
export function welch(control: Moments, treatment: Moments, options: { readonly alpha: number }): WelchOutcome {
  const { alpha } = options;
  argumentsOf('welch')(alpha > 0 && alpha < 1, 'alpha', alpha, 'between 0 and 1');
  if (!areMoments(control) || !areMoments(treatment)) return { kind: 'not-computable', reason: 'not-finite' };
  if (control.n < 2 || treatment.n < 2) return { kind: 'not-computable', reason: 'too-few-units' };
  return compareEstimates(meanEstimate(control), meanEstimate(treatment), { alpha });
}

function meanEstimate({ n, mean, m2 }: Moments): Estimate {
  return { n, value: mean, variance: m2 / (n - 1) / n, degreesOfFreedom: n - 1 };
}
