import type { JobBounds } from '@stitchd/db/stats';
import type { AnalysisInputs, AnalysisSettings, PastLooks } from '../analysis/analysis-inputs.ts';
import type { Derivation } from '../computation/derive-figures.ts';
import type { Figures } from '../computation/figures.ts';
import type { ComputationPlan } from '../computation/metric-plan.ts';

/** Of the methods: goes up with every change that gives other numbers for the same figures. */
export const engineVersion = '5';

/** All that one result is made of; of good values of the past only those of metrics that fail now. */
export function gatherInputs(parts: {
  readonly plan: ComputationPlan;
  readonly settings: AnalysisSettings;
  readonly bounds: JobBounds;
  readonly figures: Figures;
  readonly derivation: Derivation;
  readonly past: PastLooks;
  readonly computedAtMs: number;
}): AnalysisInputs {
  const { plan, settings, bounds, figures, derivation, past, computedAtMs } = parts;
  const planned = plan.metrics.filter((metric) => metric.kind === 'planned');
  const isFailing = (key: string): boolean => {
    const position = planned.findIndex((metric) => metric.key === key);
    return position < 0 || figures.metrics[position]?.kind === 'not-finite';
  };
  const goodMetrics = Object.fromEntries(Object.entries(past.goodMetrics).filter(([key]) => isFailing(key)));
  return {
    engineVersion,
    plan,
    settings,
    bounds,
    computedAt: new Date(computedAtMs).toISOString(),
    derivation,
    figures,
    past: { ...past, goodMetrics },
  };
}
