import { unitsBeyondPerSquaredCritical } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import type { Moments } from '../moments/moments.ts';

/** A quantile of one sample with the ends of its interval. */
export interface QuantileEstimate {
  /** Units, which were assigned by chance; for a quantile over events too. */
  readonly n: number;
  /** In (0, 1): 0.5 is the median. */
  readonly level: number;
  readonly estimate: number;
  /** The quantiles at level ∓ criticalValue·(standard error of the rank). */
  readonly low: number;
  readonly high: number;
  /** Of the interval: 1.96 for 95 %. */
  readonly criticalValue: number;
}

export type QuantileOutcome =
  | { readonly kind: 'ok'; readonly moments: Moments }
  /** n·min(level, 1 − level) is below 4·criticalValue²: too few units lie beyond the quantile to tell how sure it is. */
  | { readonly kind: 'not-computable'; readonly reason: 'too-few-units' };

/**
 * A quantile in the shape of a mean, so that every method for means applies to it: the variance of its estimate, m2/(n − 1)/n, is
 * ((high − low)/(2·criticalValue))² (Woodruff 1952; Deng, Knoblich & Lu 2018, section 4.2).
 *
 * @throws DomainError for a level or critical value out of range, and an n that is no count
 */
export function quantileMoments({ n, level, estimate, low, high, criticalValue }: QuantileEstimate): QuantileOutcome {
  const check = argumentsOf('quantileMoments');
  check(Number.isSafeInteger(n) && n >= 0, 'n', n, 'a whole number of at least 0');
  check(level > 0 && level < 1, 'level', level, 'between 0 and 1');
  check(criticalValue > 0 && criticalValue < Infinity, 'criticalValue', criticalValue, 'greater than 0 and finite');
  if (n * Math.min(level, 1 - level) < unitsBeyondPerSquaredCritical * criticalValue * criticalValue)
    return { kind: 'not-computable', reason: 'too-few-units' };
  const standardError = (high - low) / (2 * criticalValue);
  return { kind: 'ok', moments: { n, mean: estimate, m2: standardError * standardError * n * (n - 1) } };
}
