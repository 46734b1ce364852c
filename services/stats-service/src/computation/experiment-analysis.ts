import type { JobBounds } from '@stitchd/db/stats';
import type { OneLookResults, ExposureCounts, MetricResult } from '../results/one-look-results.ts';
import type { FailedMetric } from '../results/metric-result.ts';
import type { Derivation } from './derive-figures.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { metricResult } from './metric-result.ts';
import { armFigures } from './arm-figures.ts';
import type { Figures } from './figures.ts';
import { sampleRatio } from './sample-ratio.ts';

const wholeShare = 100_000;

/** The results that follow from the event store's figures; the same figures give the same results. */
export function analyseExperiment(
  plan: ComputationPlan,
  bounds: JobBounds,
  { figures, derivation }: { readonly figures: Figures; readonly derivation: Derivation },
  computedAtMs: number,
): OneLookResults {
  const arms = armFigures(plan, figures);
  const { test, expectedUnits } = sampleRatio(
    plan.arms.map(({ expectedMilliPercent }, index) => ({ units: arms[index]?.units ?? 0, expectedMilliPercent })),
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
      units: arms[index]?.units ?? 0,
      mixedUnits: arms[index]?.mixedUnits ?? 0,
      expectedShare: expectedMilliPercent / wholeShare,
      expectedUnits: expectedUnits[index] ?? null,
    })),
    sampleRatio: test,
    mixedUnits: arms.reduce((sum, { mixedUnits }) => sum + mixedUnits, 0),
    exposures: exposureCounts(plan, figures),
    events: figures.events && {
      items: figures.events.items,
      withoutUnit: figures.events.withoutUnit,
      linked: figures.events.linked,
    },
    derivation,
    metrics: metricResults(plan, { arms, caps: figures.caps }),
    sql: figures.query.sql,
    parameters: figures.query.parameters,
  };
}

function exposureCounts(plan: ComputationPlan, { exposures, days }: Figures): ExposureCounts {
  const isArm = new Set(plan.arms.map(({ variant }) => variant));
  const counted = exposures.filter(({ exclusion }) => exclusion === 0);
  const sumOf = (counts: typeof exposures, name: 'items' | 'withoutUnit' | 'units'): number =>
    counts.reduce((sum, count) => sum + count[name], 0);
  return {
    items: sumOf(counted, 'items'),
    withoutUnit: sumOf(counted, 'withoutUnit'),
    otherVariants: counted.filter(({ variant }) => !isArm.has(variant)).map(({ variant, items }) => ({ variant, items })),
    excluded: plan.exclusions.map(({ name }, index) => {
      const ofIt = exposures.filter(({ exclusion }) => exclusion === index + 1);
      return { name, items: sumOf(ofIt, 'items'), units: sumOf(ofIt, 'units') };
    }),
    days: days.map(({ day, arm, units }) => ({ day, variant: plan.arms[arm]?.variant ?? '', units })),
  };
}

function metricResults(
  plan: ComputationPlan,
  figures: { readonly arms: ReturnType<typeof armFigures>; readonly caps: Figures['caps'] },
): readonly MetricResult[] {
  const planned = plan.metrics.filter((metric) => metric.kind === 'planned');
  return plan.metrics.map((metric) =>
    metric.kind === 'failed' ? oneLookFailure(metric) : metricResult(metric, planned.indexOf(metric), figures, plan),
  );
}

function oneLookFailure({ key, failure: { code, message } }: FailedMetric): MetricResult {
  return { kind: 'failed', key, failure: { code: code === 'QUERY_FAILED' ? 'METRIC_UNSUPPORTED' : code, message } };
}
