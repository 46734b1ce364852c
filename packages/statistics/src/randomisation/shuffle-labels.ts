import { defaultPermutations } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import { compareEstimates } from '../estimate/compare-estimates.ts';
import type { Estimate, EstimateRefusal } from '../estimate/estimate.ts';
import type { Statistic } from '../estimate/statistic.ts';
import type { DifferenceRefusal } from '../difference/welch.ts';
import type { SeededRandom } from '../random/seeded-random.ts';
import { observedArms, PermutedPeriods, type PairOutcome, type UnitPeriod } from './permuted-periods.ts';

/** Sizes that differ by less than this part are the same. */
const rounding = 1e-9;

/** Two arms of few units, with what |t| is when chance alone deals the labels. Numbers are finite. */
export interface ShuffledLabels {
  readonly kind: 'ok';
  readonly control: Estimate;
  readonly treatment: Estimate;
  readonly difference: number;
  readonly standardError: number;
  /** Two-sided: (1 + how many permutations are at least as far from 0)/(1 + permutations), never 0. */
  readonly pValue: number;
  /** Permutations in which t could be computed. */
  readonly permutations: number;
  /**
   * What |t| has to exceed for pValue ≤ alpha; difference ∓ it · standardError is the interval of level 1 − alpha, which excludes 0
   * exactly then. undefined where so few permutations can't tell so small an alpha.
   */
  readonly criticalValueAt: (alpha: number) => number | undefined;
}

/** What shuffling labels can come to. */
export type ShuffledOutcome =
  | ShuffledLabels
  | { readonly kind: 'not-computable'; readonly reason: EstimateRefusal | DifferenceRefusal };

/**
 * The distribution of few units' labels: they are shuffled within each period, and |t| = |Δ|/SE compared with what it is under
 * the shuffles (A. Janssen 1997, Stat. Probab. Lett. 36, 9: studentised, it holds its level for unequal variances too).
 *
 * @param options.random is seeded: the same data and seed give the same result
 * @throws DomainError for fewer than 1 permutation
 */
export function shuffleLabels(
  periods: readonly UnitPeriod[],
  statistic: Statistic,
  options: { readonly random: SeededRandom; readonly permutations?: number },
): ShuffledOutcome {
  const { random, permutations = defaultPermutations } = options;
  const check = argumentsOf('shuffleLabels');
  check(Number.isSafeInteger(permutations) && permutations >= 1, 'permutations', permutations, 'a whole number of at least 1');
  const units = new PermutedPeriods(periods);
  const observed = observedArms(periods, statistic);
  if (observed.kind !== 'ok') return observed;
  const outcome = compareEstimates(observed.control, observed.treatment, { alpha: 0.05 });
  if (outcome.kind !== 'ok') return outcome;
  // As the shuffles round it: at huge offsets two equal deals have to be equal.
  const dealt = sizeOf(units.estimates(statistic));
  const sizes = new Float64Array(permutations);
  let known = 0;
  for (let index = 0; index < permutations; index += 1) {
    units.shuffle(random);
    const size = sizeOf(units.estimates(statistic));
    // 0/0 says nothing; all of the difference with no variance is as far from 0 as can be.
    if (!Number.isNaN(size)) sizes[known++] = size;
  }
  const sorted = sizes.subarray(0, known).sort();
  // Rounding must not decide whether the observed labels are as far out as themselves.
  const least = dealt * (1 - rounding);
  const asFar = sorted.filter((size) => size >= least).length;
  return {
    kind: 'ok',
    control: observed.control,
    treatment: observed.treatment,
    difference: outcome.difference,
    standardError: outcome.standardError,
    pValue: (1 + asFar) / (1 + known),
    permutations: known,
    criticalValueAt: (alpha) => {
      const size = sorted[known - mostAsFar(alpha, known)];
      return size !== undefined && size >= least ? Math.max(size, Math.max(dealt, Math.abs(outcome.t)) * (1 + rounding)) : size;
    },
  };
}

/** How many of the observed and the shuffled labels may be as far out for p ≤ alpha; right to the last digit of the division. */
function mostAsFar(alpha: number, permutations: number): number {
  const count = Math.floor(alpha * (permutations + 1));
  if ((count + 1) / (permutations + 1) <= alpha) return count + 1;
  return count / (permutations + 1) > alpha ? count - 1 : count;
}

/** |t|; NaN where there is none. */
function sizeOf(arms: PairOutcome): number {
  if (arms.kind !== 'ok') return Number.NaN;
  return Math.abs(arms.treatment.value - arms.control.value) / Math.sqrt(arms.control.variance + arms.treatment.variance);
}
