import { defaultPermutations } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import { compareEstimates } from '../estimate/compare-estimates.ts';
import type { EstimateRefusal } from '../estimate/estimate.ts';
import type { Statistic } from '../estimate/statistic.ts';
import type { DifferenceRefusal } from '../difference/welch.ts';
import type { Interval } from '../interval.ts';
import type { SeededRandom } from '../random/seeded-random.ts';
import { PermutedPeriods } from './permuted-periods.ts';

/** The units of a time in which the arms' weights did not change, each as a row of numbers. */
export interface UnitPeriod {
  readonly control: readonly (readonly number[])[];
  readonly treatment: readonly (readonly number[])[];
}

/** A randomisation test. Numbers are finite. */
export interface RandomisationResult {
  readonly kind: 'ok';
  readonly difference: number;
  readonly standardError: number;
  /** Two-sided: (1 + how many permutations are at least as far from 0)/(1 + permutations), never 0. */
  readonly pValue: number;
  /** difference ± SE·(the quantile of |t| over the permutations); excludes 0 where pValue ≤ α, up to one permutation. */
  readonly interval: Interval;
  readonly criticalValue: number;
  /** Permutations in which t could be computed. */
  readonly permutations: number;
}

/** What shuffling labels can come to. */
export type RandomisationOutcome =
  | RandomisationResult
  | { readonly kind: 'not-computable'; readonly reason: EstimateRefusal | DifferenceRefusal };

/**
 * The randomisation test of few units: the arms' labels are shuffled within each period, and |t| = |Δ|/SE compared with what it is under
 * the shuffles (A. Janssen 1997, Stat. Probab. Lett. 36, 9: studentised, it holds its level for unequal variances too).
 *
 * @param options.random is seeded: the same data and seed give the same result
 * @throws DomainError for alpha out of range and fewer than 1 permutation
 */
export function randomisationTest(
  periods: readonly UnitPeriod[],
  statistic: Statistic,
  options: { readonly alpha: number; readonly random: SeededRandom; readonly permutations?: number },
): RandomisationOutcome {
  const { alpha, random, permutations = defaultPermutations } = options;
  const check = argumentsOf('randomisationTest');
  check(alpha > 0 && alpha < 1, 'alpha', alpha, 'between 0 and 1');
  check(Number.isSafeInteger(permutations) && permutations >= 1, 'permutations', permutations, 'a whole number of at least 1');
  const units = new PermutedPeriods(periods);
  const observed = units.estimates(statistic);
  if (observed.kind !== 'ok') return observed;
  const outcome = compareEstimates(observed.control, observed.treatment, { alpha });
  if (outcome.kind !== 'ok') return outcome;
  const sizes: number[] = [];
  for (let index = 0; index < permutations; index += 1) {
    units.shuffle(random);
    const permuted = units.estimates(statistic);
    if (permuted.kind !== 'ok') continue;
    const { control, treatment } = permuted;
    const size = Math.abs(treatment.value - control.value) / Math.sqrt(control.variance + treatment.variance);
    // 0/0 says nothing; all of the difference with no variance is as far from 0 as can be.
    if (!Number.isNaN(size)) sizes.push(size);
  }
  sizes.sort((a, b) => a - b);
  // Rounding must not decide whether the observed labels are as far out as themselves.
  const asFar = sizes.filter((size) => size >= Math.abs(outcome.t) * (1 - 1e-9)).length;
  const rank = Math.min(sizes.length, Math.ceil((1 - alpha) * (sizes.length + 1)));
  const criticalValue = sizes[rank - 1] ?? Number.NaN;
  const { difference, standardError } = outcome;
  const interval = { low: difference - criticalValue * standardError, high: difference + criticalValue * standardError };
  if (!Number.isFinite(interval.low) || !Number.isFinite(interval.high)) return { kind: 'not-computable', reason: 'not-finite' };
  const pValue = (1 + asFar) / (1 + sizes.length);
  return { kind: 'ok', difference, standardError, pValue, interval, criticalValue, permutations: sizes.length };
}
