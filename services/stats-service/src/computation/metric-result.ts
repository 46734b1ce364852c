import {
  analyseMetric,
  emptyMoments,
  momentsFromPopulationVariance,
  momentsOfConversions,
  type ArmComparison,
  type ArmSample,
} from '@stitchd/statistics';
import type { FailedMetric, MetricComparison, MetricResult } from '../results/experiment-results.ts';
import type { ArmFigures, MetricFigures } from './arm-figures.ts';
import { figuresKindOf } from './metric-figures-kind.ts';
import type { MetricPlan } from './metric-plan.ts';

/**
 * One metric's comparison of the arms.
 * @param position - of the metric among those that were asked for
 */
export function metricResult(
  metric: MetricPlan,
  position: number,
  arms: readonly ArmFigures[],
  plan: { readonly baselineVariant: string; readonly alpha: number },
): MetricResult {
  const samples: ArmSample[] = [];
  for (const arm of arms) {
    const sample = armSample(arm, arm.metrics[position]);
    if (sample === undefined) return notFinite(metric, arm.variant);
    samples.push(sample);
  }
  const analysis = analyseMetric({
    arms: samples,
    baselineKey: plan.baselineVariant,
    alpha: plan.alpha,
    metricKind: figuresKindOf(metric.definition.type) ?? 'mean',
  });
  return {
    kind: 'computed',
    key: metric.key,
    name: metric.name,
    type: metric.definition.type,
    direction: metric.definition.direction,
    version: metric.version,
    definition: metric.definition,
    arms: analysis.arms.map(({ key, n, mean, standardDeviation }, index) => ({
      variant: key,
      n,
      mean: mean ?? null,
      standardDeviation: standardDeviation ?? null,
      sum: sumOf(arms[index]?.metrics[position]),
    })),
    comparisons: analysis.comparisons.map(comparison),
  };
}

function armSample(arm: ArmFigures, figures: MetricFigures | undefined): ArmSample | undefined {
  const key = arm.variant;
  if (figures === undefined) return { key, moments: emptyMoments };
  if (figures.kind === 'conversion') return { key, moments: momentsOfConversions(figures.converted, arm.units) };
  const { mean, variance, sum, skewness } = figures;
  if (mean === null || variance === null || sum === null) return undefined;
  const moments = momentsFromPopulationVariance(arm.units, mean, variance);
  return skewness === null ? { key, moments } : { key, moments, skewness };
}

function sumOf(figures: MetricFigures | undefined): number {
  if (figures === undefined) return 0;
  return figures.kind === 'conversion' ? figures.converted : (figures.sum ?? 0);
}

function notFinite(metric: MetricPlan, variant: string): FailedMetric {
  const message = `The values of ${metric.key} in the arm ${variant} are so large that their mean or variance is no number.`;
  return { kind: 'failed', key: metric.key, failure: { code: 'VALUES_NOT_FINITE', message } };
}

const noDifference = {
  method: null,
  difference: null,
  standardError: null,
  degreesOfFreedom: null,
  t: null,
  pValue: null,
  interval: null,
} as const;

function comparison({ key, difference, lift, warnings }: ArmComparison): MetricComparison {
  const ofDifference =
    difference.kind === 'not-computable'
      ? { ...noDifference, notComputable: difference.reason }
      : { ...noDifference, ...figuresOf(difference), notComputable: null };
  return {
    variant: key,
    ...ofDifference,
    lift: lift.lift ?? null,
    liftInterval: lift.kind === 'measurable' ? lift.interval : null,
    liftNotMeasurable: lift.kind === 'measurable' ? null : lift.reason,
    warnings,
  };
}

type Difference = Extract<ArmComparison['difference'], { readonly kind: 'ok' }>;

function figuresOf(difference: Difference) {
  const { method, pValue, interval } = difference;
  if (difference.method !== 'welch') return { method, difference: difference.difference, pValue, interval };
  const { standardError, degreesOfFreedom, t } = difference;
  return { method, difference: difference.difference, standardError, degreesOfFreedom, t, pValue, interval };
}
