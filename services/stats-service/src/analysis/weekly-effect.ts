import { atFullRollout } from '@stitchd/statistics';
import type { TrafficResult } from '../results/experiment-results.ts';
import type { EffectResult, WeeklyEffectResult } from '../results/metric-result.ts';
import type { ComputablePass } from './metric-pass.ts';
import { windowHoursOf } from './metric-window.ts';

/** An effect per unit in a week of full rollout. */
export function weeklyEffect(
  { figures, metric }: ComputablePass,
  { difference, interval }: EffectResult,
  traffic: TrafficResult | null,
): WeeklyEffectResult | null {
  const addsUp = figures.kind === 'means' && figures.columns[0] === 'y';
  if (traffic === null || !addsUp || difference === null || windowHoursOf(metric.definition) === null) return null;
  const units = { units: traffic.unitsPerWeek, interval: traffic.interval };
  if (interval === null) return { value: difference * traffic.unitsPerWeek, interval: null };
  const { perWeek: value, interval: worth } = atFullRollout({ difference, interval }, units);
  return Number.isFinite(value) && Number.isFinite(worth.low) && Number.isFinite(worth.high) ? { value, interval: worth } : null;
}
