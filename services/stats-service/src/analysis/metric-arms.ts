import { combineCrossMoments, emptyCrossMoments, type CrossMoments } from '@stitchd/statistics';
import type { MeansFigures, MetricFigures, QuantileFigures } from '../computation/figures.ts';
import type { MetricArm } from '../results/metric-result.ts';
import { statisticsOf } from './metric-target.ts';

const nothingMore = {
  adjustedMean: null,
  standardDeviation: null,
  sum: null,
  maturing: null,
  steps: null,
  parts: null,
  capped: null,
} as const;

/**
 * Every arm by itself.
 * @param adjusted - by variant
 */
export function metricArms(
  figures: Exclude<MetricFigures, { readonly kind: 'not-finite' }>,
  variants: readonly string[],
  facts: { readonly cap: number | undefined; readonly adjusted: ReadonlyMap<string, number> },
): readonly MetricArm[] {
  return variants.map((variant, arm) =>
    figures.kind === 'quantile'
      ? quantileArm(figures, variant, arm)
      : { ...meansArm(figures, variant, arm, facts.cap), adjustedMean: facts.adjusted.get(variant) ?? null },
  );
}

function quantileArm(figures: QuantileFigures, variant: string, arm: number): MetricArm {
  const [matured, all] = [figures.matured[arm], figures.all[arm]];
  const n = matured?.units ?? 0;
  const maturing = all !== undefined && all.units > n ? { n: all.units, mean: all.estimate } : null;
  return { ...nothingMore, variant, n, mean: matured?.estimate ?? null, maturing };
}

function meansArm(figures: MeansFigures, variant: string, arm: number, cap: number | undefined): MetricArm {
  const facts = figures.arms[arm];
  const [matured, all] = [momentsOf(figures, 'matured', arm), momentsOf(figures, 'all', arm)];
  const { target } = statisticsOf(figures);
  const isRatio = figures.columns[0] === 'numerator';
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const mean = matured.n === 0 ? null : finite(target.value(matured.means));
  const variance = (matured.products[0]?.[0] ?? Number.NaN) / (matured.n - 1);
  const [numerator = 0, denominator = 0] = matured.means;
  const capped = facts?.capped;
  const sum = figures.isShare ? (facts?.maturedConversions ?? 0) : finite((matured.means[0] ?? 0) * matured.n);
  return {
    ...nothingMore,
    variant,
    n: matured.n,
    mean,
    standardDeviation: isRatio ? null : finite(Math.sqrt(variance)),
    sum: isRatio ? null : sum,
    maturing: all.n > matured.n ? { n: all.n, mean: finite(target.value(all.means)) } : null,
    steps: facts?.steps ?? null,
    parts: isRatio && matured.n > 0 ? { numerator, denominator } : null,
    capped:
      capped == null || cap === undefined
        ? null
        : {
            cap,
            units: capped.units,
            taken: capped.uncappedSum - capped.sum,
            shareTaken: capped.uncappedSum === 0 ? 0 : (capped.uncappedSum - capped.sum) / capped.uncappedSum,
          },
  };
}

/** Of an arm over all periods and strata. */
export function momentsOf(figures: MeansFigures, units: 'matured' | 'all', arm: number): CrossMoments {
  return figures[units]
    .filter((cell) => cell.arm === arm)
    .reduce<CrossMoments>((whole, cell) => combineCrossMoments(whole, cell), emptyCrossMoments(figures.columns.length));
}
