import { judgeLook, normalQuantile } from '@stitchd/statistics';
import type { MetricPlan } from '../computation/metric-plan.ts';
import { openState, type AnalysisInputs } from './analysis-inputs.ts';
import { windowHoursOf } from './metric-window.ts';
import { lookPlan, progressOf, shareOf } from './plan-progress.ts';

/**
 * At which critical value the ends of a quantile's interval are read from its values. It is that by which the look is judged, since
 * far from its middle a distribution may be shaped otherwise than close to it: c/√t of a plan, and the least advanced arm's for all.
 */
export function quantileCriticalValue(
  inputs: Pick<AnalysisInputs, 'plan' | 'settings' | 'bounds'>,
  metric: MetricPlan,
  judgedUnits: readonly number[],
): number {
  const { plan, settings } = inputs;
  const progress = progressOf(inputs);
  const windowHours = windowHoursOf(metric.definition);
  const baseline = plan.arms.findIndex(({ variant }) => variant === plan.baselineVariant);
  const treatments = plan.arms.map((_, arm) => arm).filter((arm) => arm !== baseline);
  const alpha = plan.alpha / Math.max(1, treatments.length);
  // Where nothing is judged yet, a difference is shown without its interval.
  const usual = -normalQuantile(alpha / 2);
  const bars = treatments.map((treatment) => {
    const pair = { control: judgedUnits[baseline] ?? 0, treatment: judgedUnits[treatment] ?? 0 };
    const units = pair.control + pair.treatment;
    const share = shareOf(inputs, progress, { periods: [pair], ...pair }, { baseline, treatment, windowHours });
    const look = lookPlan(progress, openState, { share, units, hasWindow: windowHours !== null, isRunning: settings.isRunning });
    if (units === 0 || look.kind !== 'judge') return usual;
    const judged = judgeLook({ difference: 0, pValue: 1 }, look.rule, alpha);
    return judged.kind === 'ok' ? judged.bar : usual;
  });
  return Math.max(usual, ...bars);
}
