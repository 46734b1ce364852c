import type { JobBounds } from '@stitchd/db/stats';
import type { ExperimentResults, ExposureCounts, MetricResult } from '../results/experiment-results.ts';
import type { Figures } from './arm-figures.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { metricResult } from './metric-result.ts';
import { sampleRatio } from './sample-ratio.ts';

const wholeShare = 100_000;

/** The results that follow from the event store's figures; the same figures give the same results. */
export function analyseExperiment(
  plan: ComputationPlan,
  bounds: JobBounds,
  figures: Figures,
  computedAtMs: number,
): ExperimentResults {
  const { test, expectedUnits } = sampleRatio(
    plan.arms.map(({ expectedMilliPercent }, index) => ({ units: figures.arms[index]?.units ?? 0, expectedMilliPercent })),
  );
  return {
    experimentId: plan.experimentId,
    experimentKey: plan.experimentKey,
    iterationId: plan.iterationId,
    iteration: plan.iteration,
    assignment: plan.assignment,
    ...bounds,
    computedAt: new Date(computedAtMs).toISOString(),
    method: 'fixed-horizon',
    alpha: plan.alpha,
    unitKind: plan.unitKind,
    baselineVariant: plan.baselineVariant,
    arms: plan.arms.map(({ variant, expectedMilliPercent }, index) => ({
      variant,
      units: figures.arms[index]?.units ?? 0,
      mixedUnits: figures.arms[index]?.mixedUnits ?? 0,
      expectedShare: expectedMilliPercent / wholeShare,
      expectedUnits: expectedUnits[index] ?? null,
    })),
    sampleRatio: test,
    mixedUnits: figures.arms.reduce((sum, { mixedUnits }) => sum + mixedUnits, 0),
    exposures: exposureCounts(plan, figures),
    metrics: metricResults(plan, figures),
    sql: figures.query.sql,
    parameters: figures.query.parameters,
  };
}

function exposureCounts(plan: ComputationPlan, { exposures }: Figures): ExposureCounts {
  const isArm = new Set(plan.arms.map(({ variant }) => variant));
  return {
    items: exposures.reduce((sum, { items }) => sum + items, 0),
    withoutUnit: exposures.reduce((sum, { withoutUnit }) => sum + withoutUnit, 0),
    otherVariants: exposures.filter(({ variant }) => !isArm.has(variant)).map(({ variant, items }) => ({ variant, items })),
  };
}

function metricResults(plan: ComputationPlan, figures: Figures): readonly MetricResult[] {
  const planned = plan.metrics.filter((metric) => metric.kind === 'planned');
  return plan.metrics.map((metric) =>
    metric.kind === 'failed' ? metric : metricResult(metric, planned.indexOf(metric), figures.arms, plan),
  );
}
