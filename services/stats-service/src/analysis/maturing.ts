import type { ComputedMetric } from '../results/metric-result.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';

const hourMs = 3_600_000;

/** The metrics that a decision is made of. */
interface Deciding {
  readonly inputs: AnalysisInputs;
  readonly primary: ComputedMetric | undefined;
  readonly guardrails: readonly ComputedMetric[];
}

/** 0…1: of all units those whose window has closed, in the metric that is least far. 1 where there is nothing to mature. */
export function maturedShare(deciding: Deciding): number {
  const shares = metricsOf(deciding).map(({ arms }) => {
    const all = arms.reduce((sum, { n, maturing }) => sum + (maturing?.n ?? n), 0);
    return all === 0 ? 1 : arms.reduce((sum, { n }) => sum + n, 0) / all;
  });
  return Math.min(1, ...shares);
}

/** After a stop: when the last results are computed, or, where none said so, when the last window closes; ISO 8601. */
export function lastResultsAt(deciding: Deciding): string {
  const { settings, bounds } = deciding.inputs;
  const longestHours = Math.max(0, ...metricsOf(deciding).map(({ windowHours }) => windowHours ?? 0));
  return settings.finalAt ?? new Date(Date.parse(bounds.to) + longestHours * hourMs).toISOString();
}

function metricsOf({ primary, guardrails }: Deciding): readonly ComputedMetric[] {
  return [...(primary === undefined ? [] : [primary]), ...guardrails];
}
