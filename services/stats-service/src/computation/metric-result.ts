import {
  analyseMetric,
  emptyMoments,
  momentsFromPopulationVariance,
  momentsOfConversions,
  normalQuantile,
  quantileMoments,
  ratioMoments,
  type ArmComparison,
  type ArmSample,
  type Moments,
} from '@stitchd/statistics';
import type { ComputedMetric, FailedMetric, MetricArm, MetricComparison, MetricResult } from '../results/one-look-results.ts';
import type { Caps } from './unit-numbers.ts';
import type { ArmFigures, MetricFigures, Spread } from './arm-figures.ts';
import type { MetricPlan } from './metric-plan.ts';

interface Plan {
  readonly baselineVariant: string;
  readonly alpha: number;
}

/**
 * One metric's comparison of the arms.
 * @param position - of the metric among those that were asked for
 */
export function metricResult(
  metric: MetricPlan,
  position: number,
  { arms, caps }: { readonly arms: readonly ArmFigures[]; readonly caps: Caps },
  plan: Plan,
): MetricResult {
  const estimate = estimateOf(metric);
  const samples: ArmSample[] = [];
  for (const arm of arms) {
    const sample = armSample(metric, arm, arm.metrics[position], plan);
    if ('kind' in sample) return sample;
    samples.push(sample);
  }
  const analysis = analyseMetric({
    arms: samples,
    baselineKey: plan.baselineVariant,
    alpha: plan.alpha,
    metricKind: estimate === 'share' ? 'conversion' : 'mean',
  });
  const isSpread = estimate === 'mean' || estimate === 'share';
  return {
    kind: 'computed',
    key: metric.key,
    name: metric.name,
    version: metric.version,
    type: metric.definition.type,
    direction: metric.definition.direction,
    definition: metric.definition,
    estimate,
    arms: analysis.arms.map(({ key, n, mean, standardDeviation }, index) => ({
      variant: key,
      n,
      mean: mean ?? null,
      standardDeviation: isSpread ? (standardDeviation ?? null) : null,
      ...armFacts(arms[index]?.metrics[position], isSpread, caps[`m${position}`]),
    })),
    comparisons: analysis.comparisons.map(comparison),
  };
}

function estimateOf({ definition }: MetricPlan): ComputedMetric['estimate'] {
  switch (definition.type) {
    case 'conversion':
    case 'funnel':
    case 'retention':
      return 'share';
    case 'ratio':
    case 'quantile':
      return definition.type;
    default:
      return 'mean';
  }
}

/** What an arm has of the metric, in the shape of a mean; or why that can't be said. */
function armSample(
  metric: MetricPlan,
  { variant: key, units }: ArmFigures,
  figures: MetricFigures | undefined,
  plan: Plan,
): ArmSample | FailedMetric {
  if (figures === undefined) return { key, moments: emptyMoments };
  switch (figures.kind) {
    case 'share':
      return { key, moments: momentsOfConversions(figures.successes, figures.n) };
    case 'number': {
      const moments = momentsOfSpread(units, figures);
      if (moments === undefined || figures.sum === null) return notFinite(metric, key);
      return figures.skewness === null ? { key, moments } : { key, moments, skewness: figures.skewness };
    }
    case 'ratio':
      return ratioSample(metric, key, units, figures);
    case 'quantile':
      return quantileSample(metric, key, units, figures, plan);
  }
}

function momentsOfSpread(units: number, { mean, variance }: Spread): Moments | undefined {
  return mean === null || variance === null ? undefined : momentsFromPopulationVariance(units, mean, variance);
}

function ratioSample(
  metric: MetricPlan,
  key: string,
  units: number,
  { numerator, denominator, covariance }: Extract<MetricFigures, { readonly kind: 'ratio' }>,
): ArmSample | FailedMetric {
  const [x, y] = [momentsOfSpread(units, numerator), momentsOfSpread(units, denominator)];
  if (x === undefined || y === undefined || covariance === null) return notFinite(metric, key);
  const outcome = ratioMoments({
    n: units,
    meanX: x.mean,
    meanY: y.mean,
    m2X: x.m2,
    m2Y: y.m2,
    crossXY: covariance * units,
  });
  if (outcome.kind === 'ok') return { key, moments: outcome.moments };
  const message = `In the arm ${key} the denominator is less than five standard errors away from 0.`;
  return failed(metric, 'DENOMINATOR_NEAR_ZERO', message);
}

function quantileSample(
  metric: MetricPlan,
  key: string,
  units: number,
  { estimate, low, high, values }: Extract<MetricFigures, { readonly kind: 'quantile' }>,
  plan: Plan,
): ArmSample | FailedMetric {
  const level = metric.definition.type === 'quantile' ? metric.definition.level : 0.5;
  if (values === 0) return failed(metric, 'TOO_FEW_UNITS', `In the arm ${key} no event carries a number.`);
  if (estimate === null || low === null || high === null) return notFinite(metric, key);
  const outcome = quantileMoments({ n: units, level, estimate, low, high, criticalValue: -normalQuantile(plan.alpha / 2) });
  if (outcome.kind === 'ok') return { key, moments: outcome.moments };
  const message = `In the arm ${key} too few of ${units} units lie beyond the quantile ${level} to say how sure it is.`;
  return failed(metric, 'TOO_FEW_UNITS', message);
}

function armFacts(
  figures: MetricFigures | undefined,
  isSpread: boolean,
  cap: number | undefined,
): Pick<MetricArm, 'sum' | 'maturedUnits' | 'steps' | 'parts' | 'capped'> {
  const facts = { sum: isSpread ? 0 : null, maturedUnits: figures?.maturedUnits ?? null, steps: null, parts: null, capped: null };
  switch (figures?.kind) {
    case undefined:
    case 'quantile':
      return facts;
    case 'share':
      return { ...facts, sum: figures.successes, steps: figures.steps };
    case 'ratio':
      return { ...facts, parts: { numerator: figures.numerator.mean ?? 0, denominator: figures.denominator.mean ?? 0 } };
    case 'number': {
      const { sum, capped } = figures;
      const taken = (capped?.uncappedSum ?? 0) - (sum ?? 0);
      return {
        ...facts,
        sum: sum ?? 0,
        capped: capped === null || cap === undefined ? null : { cap, units: capped.units, taken },
      };
    }
  }
}

function failed({ key }: MetricPlan, code: FailedMetric['failure']['code'], message: string): FailedMetric {
  return { kind: 'failed', key, failure: { code, message } };
}

function notFinite(metric: MetricPlan, variant: string): FailedMetric {
  const message = `The values of ${metric.name} in the arm ${variant} are so large that their mean or variance is no number.`;
  return failed(metric, 'VALUES_NOT_FINITE', message);
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
