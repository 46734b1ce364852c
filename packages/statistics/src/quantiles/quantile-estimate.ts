import { argumentsOf } from '../domain-error.ts';
import type { Estimate, EstimateOutcome } from '../estimate/estimate.ts';

/**
 * A quantile as an estimate like any other: its variance is ((upper − lower)/(2z))², whatever unit the metric is measured in.
 * Quantiles
 * aren't adjusted by a unit's past.
 *
 * @param found the quantiles at the level itself and at the two ranks
 * @param options.criticalValue that the ranks were made with
 * @throws DomainError for ends in the wrong order, and a critical value that isn't positive and finite
 */
export function quantileEstimate(
  found: { readonly n: number; readonly value: number; readonly lower: number; readonly upper: number },
  options: { readonly criticalValue: number },
): EstimateOutcome {
  const { n, value, lower, upper } = found;
  const check = argumentsOf('quantileEstimate');
  check(options.criticalValue > 0 && options.criticalValue < Infinity, 'criticalValue', options.criticalValue, 'positive');
  check(!(lower > upper), 'lower', lower, `at most upper, ${upper}`);
  if (n < 2) return { kind: 'not-computable', reason: 'too-few-units' };
  const deviation = (upper - lower) / 2 / options.criticalValue;
  const estimate: Estimate = { n, value, variance: deviation * deviation, degreesOfFreedom: n - 1 };
  return Object.values(estimate).every(Number.isFinite)
    ? { kind: 'ok', estimate }
    : { kind: 'not-computable', reason: 'not-finite' };
}

/**
 * The quantile of sorted values, interpolated between neighbours with the ends included (Hyndman & Fan 1996, type 7; ClickHouse
 * `quantileExactInclusive`).
 *
 * @throws DomainError without values and for a level outside of [0, 1]
 */
export function quantileOfSorted(sorted: ArrayLike<number>, level: number): number {
  const check = argumentsOf('quantileOfSorted');
  check(sorted.length > 0, 'the number of values', 0, 'at least 1');
  check(level >= 0 && level <= 1, 'level', level, 'from 0 to 1');
  const at = level * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (at - below) * (high - low);
}
