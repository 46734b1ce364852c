import { argumentsOf } from '../domain-error.ts';
import { estimateOf, type Estimate, type EstimateRefusal } from '../estimate/estimate.ts';
import type { Statistic } from '../estimate/statistic.ts';
import { dotProduct } from '../linear-algebra/dot-product.ts';
import { combineCrossMoments, emptyCrossMoments, type CrossMoments } from '../moments/cross-moments.ts';
import { adjustStratum, type AdjustedStratum } from './adjust-stratum.ts';
import { mergeSmallStrata } from './merge-small-strata.ts';

/** Units that were alike before the experiment, such as those with and those without a history. */
export interface Stratum {
  readonly key: string;
  /** One per arm, in the same order in every stratum. */
  readonly arms: readonly CrossMoments[];
  /** What was known of these units before their exposure, as statistics of the same moments; none for new units. */
  readonly covariates: readonly Statistic[];
}

/** Every arm's estimate, raw and adjusted. */
export interface AdjustedEstimates {
  readonly kind: 'ok';
  /** To be compared; they are `raw` where the adjustment does not help. In the order of the arms. */
  readonly arms: readonly Estimate[];
  readonly raw: readonly Estimate[];
  /** Whether `arms` are adjusted. */
  readonly applied: boolean;
  /** The sum of the arms' variances, adjusted over raw: 0.7 is what 1/0.7 = 1.43 times as many units would give. */
  readonly varianceRatio: number;
  /** Per stratum that was used, small ones merged: its share of the units and θ of its covariates. */
  readonly strata: readonly { readonly key: string; readonly share: number; readonly coefficients: readonly number[] }[];
}

/** What adjusting can come to; `arm` is the index of the one that has no estimate. */
export type AdjustedOutcome =
  | AdjustedEstimates
  | { readonly kind: 'not-computable'; readonly reason: EstimateRefusal; readonly arm: number };

/**
 * CUPED with strata (Deng, Xu, Kohavi & Walker 2013; strata as in Miratrix, Sekhon & Yu 2013), for any statistic of means.
 *
 * In each stratum the covariates are subtracted, ȳ − θᵀ(x̄ − x̄_pool), with the θ that makes the difference's variance least at any
 * split: θ = (Σ_k V_xx,k/n_k)⁻¹·Σ_k V_xy,k/n_k over the arms k. An arm's strata are then weighted by the pooled arms' shares. A ratio,
 * as target or covariate, enters by its gradient. Arm figures stay on the scale of the raw ones, so lifts can be taken of them.
 *
 * Strata in which an arm has under 20 units are merged into the largest. The adjustment is left out where the sum of the arms'
 * variances would not fall. Covariates have to be measured before the exposure: else the effect itself is adjusted away.
 *
 * @throws DomainError where strata differ in their arms
 */
export function adjustedEstimates(strata: readonly Stratum[], target: Statistic): AdjustedOutcome {
  const armCount = strata[0]?.arms.length ?? 0;
  argumentsOf('adjustedEstimates')(armCount > 0, 'the number of arms', armCount, 'at least 1');
  for (const { key, arms } of strata)
    argumentsOf('adjustedEstimates')(arms.length === armCount, `arms of ${key}`, arms.length, `${armCount} as in the first`);
  const wholes = Array.from({ length: armCount }, (_, arm) =>
    strata.reduce((whole, { arms }) => combineCrossMoments(whole, arms[arm] ?? emptyCrossMoments(0)), emptyCrossMoments(0)),
  );
  const raw: Estimate[] = [];
  for (const [arm, whole] of wholes.entries()) {
    const outcome = estimateOf(whole, target);
    if (outcome.kind !== 'ok') return { ...outcome, arm };
    raw.push(outcome.estimate);
  }
  const used = mergeSmallStrata(strata);
  const units = wholes.reduce((sum, { n }) => sum + n, 0);
  const shares = used.map(({ arms }) => arms.reduce((sum, { n }) => sum + n, 0) / units);
  const gradients = wholes.map((_, arm) => target.gradient(weightedMeans(used, shares, arm)));
  const adjusted = used.map((stratum) => adjustStratum(stratum, gradients));
  const arms = wholes.map((_, arm) => weighArm({ used, shares, adjusted, arm, target }));
  const varianceRatio = sumOfVariances(arms) / sumOfVariances(raw);
  const finite = arms.every((estimate) => Object.values(estimate).every(Number.isFinite));
  const applied = finite && varianceRatio < 1;
  return {
    kind: 'ok',
    arms: applied ? arms : raw,
    raw,
    applied,
    varianceRatio: applied ? varianceRatio : 1,
    strata: used.map(({ key }, index) => ({
      key,
      share: shares[index] ?? Number.NaN,
      coefficients: adjusted[index]?.coefficients ?? [],
    })),
  };
}

function weightedMeans(strata: readonly Stratum[], shares: readonly number[], arm: number): readonly number[] {
  const [first] = strata;
  return (first?.arms[arm]?.means ?? []).map((_, column) =>
    dotProduct(
      shares,
      strata.map(({ arms }) => arms[arm]?.means[column] ?? Number.NaN),
    ),
  );
}

function weighArm(parts: {
  readonly used: readonly Stratum[];
  readonly shares: readonly number[];
  readonly adjusted: readonly AdjustedStratum[];
  readonly arm: number;
  readonly target: Statistic;
}): Estimate {
  const { used, shares, adjusted, arm, target } = parts;
  const own = adjusted.map(({ arms }) => arms[arm] ?? { n: 0, shift: Number.NaN, variance: Number.NaN, degreesOfFreedom: 1 });
  const variances = own.map(({ variance }, index) => (shares[index] ?? Number.NaN) ** 2 * variance);
  const variance = variances.reduce((sum, value) => sum + value, 0);
  const shifts = dotProduct(
    shares,
    own.map(({ shift }) => shift),
  );
  const spread = variances.reduce(
    (sum, value, index) => sum + (value / variance) ** 2 / (own[index]?.degreesOfFreedom ?? Number.NaN),
    0,
  );
  const n = own.reduce((sum, { n: units }) => sum + units, 0);
  return {
    n,
    value: target.value(weightedMeans(used, shares, arm)) - shifts,
    variance,
    degreesOfFreedom: variance > 0 ? 1 / spread : n - 1,
  };
}

function sumOfVariances(estimates: readonly Estimate[]): number {
  return estimates.reduce((sum, { variance }) => sum + variance, 0);
}
