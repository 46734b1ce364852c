import { capFromUnits } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';

/** The cap of a metric in one iteration. */
export type CapState =
  /** Values are taken as they are: there are too few to say what is too large. */
  | { readonly kind: 'waiting'; readonly nonZeroUnits: number }
  | { readonly kind: 'frozen'; readonly cap: number; readonly frozenAtMs: number };

/**
 * The cap after an analysis: frozen at the first that has 1,000 non-zero units, and the same ever after, for otherwise every hour
 * would
 * rewrite history. It is a quantile over all arms together: with one per arm, a third of experiments without effect are called.
 *
 * Values above the cap count as the cap (winsorising; J. Tukey 1962, Ann. Math. Stat. 33, 1), in the metric's units. The estimand
 * changes with it: the capped metric is another one, and its name says so. The cap must not depend on the arm.
 *
 * @param pooled the wanted quantile of the non-zero values of all arms, and how many there are
 * @throws DomainError for a cap that isn't a number
 */
export function freezeCap(
  state: CapState,
  pooled: { readonly nonZeroUnits: number; readonly quantile: number; readonly atMs: number },
): CapState {
  if (state.kind === 'frozen') return state;
  if (pooled.nonZeroUnits < capFromUnits) return { kind: 'waiting', nonZeroUnits: pooled.nonZeroUnits };
  argumentsOf('freezeCap')(Number.isFinite(pooled.quantile), 'quantile', pooled.quantile, 'a finite number');
  return { kind: 'frozen', cap: pooled.quantile, frozenAtMs: pooled.atMs };
}

/** What a cap takes away, to be shown beside the metric. */
export interface CapEffect {
  readonly cappedUnits: number;
  /** Of all units. */
  readonly shareOfUnits: number;
  /** Of the sum of all values; 0 where that is 0. */
  readonly shareOfValue: number;
}

/**
 * What the cap took: the share of units that it touched, and the share of the whole value that it cut off, both from 0 to 1 where no value is negative.
 *
 * @throws DomainError for more capped units than there are
 */
export function capEffect(counts: {
  readonly units: number;
  readonly cappedUnits: number;
  readonly sum: number;
  readonly cappedSum: number;
}): CapEffect {
  const { units, cappedUnits, sum, cappedSum } = counts;
  argumentsOf('capEffect')(cappedUnits >= 0 && cappedUnits <= units, 'cappedUnits', cappedUnits, `from 0 to ${units}`);
  return {
    cappedUnits,
    shareOfUnits: units === 0 ? 0 : cappedUnits / units,
    shareOfValue: sum === 0 ? 0 : (sum - cappedSum) / sum,
  };
}
