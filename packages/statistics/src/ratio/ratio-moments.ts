import { leastDenominatorErrors } from '../limits.ts';
import type { BivariateMoments } from '../moments/bivariate-moments.ts';
import type { Moments } from '../moments/moments.ts';

/** Why a ratio of means has no estimate. */
export type RatioRefusal =
  /** No unit has anything in the denominator. */
  | 'denominator-zero'
  /** The denominator's mean is less than five standard errors from 0: the ratio could be almost anything. */
  | 'denominator-near-zero';

export type RatioOutcome =
  | { readonly kind: 'ok'; readonly moments: Moments }
  | { readonly kind: 'not-computable'; readonly reason: RatioRefusal };

/**
 * The ratio of two means over the same units, such as orders per visit, in the shape of a mean: with these moments every method for
 * means applies to it, and the variance of its estimate is m2/(n − 1)/n, that of the delta method (Deng, Knoblich & Lu 2018, KDD,
 * section 3.1): (s²ₓ − 2R·s_xy + R²·s²_y)/(n·ȳ²).
 *
 * Units without anything in either are part of both means, as (0, 0); n is units, never events.
 *
 * @param pairs - x is the numerator of a unit and y its denominator
 */
export function ratioMoments({ n, meanX, meanY, m2X, m2Y, crossXY }: BivariateMoments): RatioOutcome {
  if (meanY === 0) return { kind: 'not-computable', reason: 'denominator-zero' };
  const denominatorError = n < 2 ? Infinity : Math.sqrt(m2Y / (n - 1) / n);
  if (Math.abs(meanY) < leastDenominatorErrors * denominatorError && n >= 2)
    return { kind: 'not-computable', reason: 'denominator-near-zero' };
  const ratio = meanX / meanY;
  // Rounding may take a sum of squares below 0.
  const m2 = Math.max(0, m2X - 2 * ratio * crossXY + ratio * ratio * m2Y) / meanY / meanY;
  return { kind: 'ok', moments: { n, mean: ratio, m2 } };
}
