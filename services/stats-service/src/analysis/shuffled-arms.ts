import { meanStatistic, ratioStatistic, seededRandom, shuffleLabels, type ShuffledOutcome } from '@stitchd/statistics';
import type { MetricPlan } from '../computation/metric-plan.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';

/** Whether the values of the metric's units were read: there are few enough. */
export function hasUnitValues({ figures }: AnalysisInputs, { key }: MetricPlan): boolean {
  return figures.unitValues.some(({ metric }) => metric === key);
}

/** The labels of two arms shuffled; by the iteration, metric and arm, so that whoever computes it anew shuffles the same. */
export function shuffledArms(
  { plan, figures }: AnalysisInputs,
  { key, definition }: MetricPlan,
  { baseline, treatment }: { readonly baseline: number; readonly treatment: number },
): ShuffledOutcome {
  const { periods } = figures.unitValues.find(({ metric }) => metric === key) ?? { periods: [] };
  const variant = plan.arms[treatment]?.variant ?? '';
  return shuffleLabels(
    periods.map(({ arms }) => ({ control: arms[baseline] ?? [], treatment: arms[treatment] ?? [] })),
    definition.type === 'ratio' ? ratioStatistic(0, 1) : meanStatistic(0),
    { random: seededRandom(seedOf(`${plan.iterationId}/${key}/${variant}`)) },
  );
}

/** FNV-1a, 32 bits (G. Fowler, L. Noll & P. Vo). */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
