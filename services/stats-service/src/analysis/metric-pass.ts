import type { MetricFigures } from '../computation/figures.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';
import type { FailedMetric, MetricFailure } from '../results/metric-result.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';
import { armPass, type ArmPass } from './arm-pass.ts';
import { windowHoursOf } from './metric-window.ts';
import type { Progress } from './plan-progress.ts';

export type MetricPass = ComputablePass | FailedPass;

export interface ComputablePass {
  readonly kind: 'computable';
  readonly metric: MetricPlan;
  /** Among the planned metrics. */
  readonly position: number;
  readonly figures: Exclude<MetricFigures, { readonly kind: 'not-finite' }>;
  /** Every arm but the baseline. */
  readonly arms: readonly ArmPass[];
}

export interface FailedPass {
  readonly kind: 'failed';
  readonly result: FailedMetric;
}

/** Every metric, ready to be compared or with the reason why not; the primary one first, then guardrails, then the others. */
export function metricPasses(inputs: AnalysisInputs, progress: Progress): readonly MetricPass[] {
  const planned = inputs.plan.metrics.filter((metric) => metric.kind === 'planned');
  const passes = inputs.plan.metrics.map((metric): MetricPass => {
    if (metric.kind === 'failed') return { kind: 'failed', result: metric };
    const position = planned.indexOf(metric);
    return passOf(inputs, progress, metric, position);
  });
  const order = { primary: 0, guardrail: 1, secondary: 2 } as const;
  return passes.toSorted((a, b) => order[roleOf(a)] - order[roleOf(b)]);
}

export function roleOf(pass: MetricPass): MetricPlan['role'] {
  return pass.kind === 'failed' ? pass.result.role : pass.metric.role;
}

function passOf(inputs: AnalysisInputs, progress: Progress, metric: MetricPlan, position: number): MetricPass {
  const failed = (failure: MetricFailure): FailedPass => ({
    kind: 'failed',
    result: { kind: 'failed', key: metric.key, role: metric.role, failure },
  });
  const query = inputs.figures.query.sql;
  const { name } = metric;
  const found = inputs.figures.metrics[position];
  if (found === undefined)
    return failed({ code: 'QUERY_FAILED', message: `There are no figures of ${name}.`, stage: 'figures', query });
  if (found.kind === 'not-finite') {
    const arm = inputs.plan.arms[found.arm]?.variant ?? '';
    const message = `The values of ${name} in the arm ${arm} are so large that their mean or variance is no number.`;
    return failed({ code: 'VALUES_NOT_FINITE', message, stage: 'figures', query });
  }
  const figures = windowHoursOf(metric.definition) === null ? asMatured(found) : found;
  const baseline = inputs.plan.arms.findIndex(({ variant }) => variant === inputs.plan.baselineVariant);
  const places = inputs.plan.arms.flatMap((_, treatment) => (treatment === baseline ? [] : [{ baseline, treatment }]));
  const arms = places.map((place) => armPass(inputs, progress, metric, figures, place));
  return { kind: 'computable', metric, position, figures, arms };
}

/** Without a window no unit matures before the end: all of them are shown, and none is judged. */
function asMatured(figures: ComputablePass['figures']): ComputablePass['figures'] {
  if (figures.kind === 'quantile') return { ...figures, matured: figures.all };
  return {
    ...figures,
    matured: figures.all,
    arms: figures.arms.map((arm) => ({ ...arm, maturedUnits: arm.units, maturedConversions: arm.conversions })),
  };
}
