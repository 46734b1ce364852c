import { leastDenominatorErrors } from '../limits.ts';
import { bilinearForm } from '../linear-algebra/dot-product.ts';
import type { CrossMoments } from '../moments/cross-moments.ts';
import type { Statistic } from './statistic.ts';

/** A figure of one arm with how sure it is. All numbers are finite. */
export interface Estimate {
  /** Units. */
  readonly n: number;
  /** In the metric's units. */
  readonly value: number;
  /** Of the value, not of the units: sample variance/n for a mean. ≥ 0. */
  readonly variance: number;
  /** Of the variance; n − 1 for a mean. > 0. */
  readonly degreesOfFreedom: number;
}

/** Why an arm has no estimate. */
export type EstimateRefusal =
  /** Fewer than two units: their variance is unknown. */
  | 'too-few-units'
  /** A ratio whose denominator is not clearly apart from 0: its value could be almost anything. */
  | 'denominator-near-zero'
  /** A figure isn't a number, or so large that the result isn't. */
  | 'not-finite';

/** What estimating one arm can come to. */
export type EstimateOutcome =
  | { readonly kind: 'ok'; readonly estimate: Estimate }
  | { readonly kind: 'not-computable'; readonly reason: EstimateRefusal };

/**
 * g(means) with the variance ∇gᵀ·Σ·∇g/n (the delta method; exact for a mean), Σ the sample covariance. n counts units of
 * randomisation, never events.
 *
 * It assumes independent units and so many that the statistic is about linear over the means' errors; a ratio is refused while
 * its denominator's mean is under 5 of its standard errors (Deng, Knoblich & Lu 2018, KDD, section 3). It throws nothing: what
 * can't be estimated is a reason.
 */
export function estimateOf(moments: CrossMoments, statistic: Statistic): EstimateOutcome {
  const { n, means, products } = moments;
  if (n < 2) return { kind: 'not-computable', reason: 'too-few-units' };
  if (statistic.denominator !== undefined && isNearZero(moments, statistic.denominator))
    return { kind: 'not-computable', reason: 'denominator-near-zero' };
  const gradient = statistic.gradient(means);
  const estimate = {
    n,
    value: statistic.value(means),
    variance: Math.max(0, bilinearForm(gradient, products, gradient) / (n - 1) / n),
    degreesOfFreedom: n - 1,
  };
  return Object.values(estimate).every(Number.isFinite)
    ? { kind: 'ok', estimate }
    : { kind: 'not-computable', reason: 'not-finite' };
}

function isNearZero({ n, means, products }: CrossMoments, column: number): boolean {
  const mean = means[column] ?? Number.NaN;
  const standardError = Math.sqrt((products[column]?.[column] ?? Number.NaN) / (n - 1) / n);
  return mean === 0 || Math.abs(mean) < leastDenominatorErrors * standardError;
}
