import { metricEventKeys, metricWindow } from '@stitchd/core';
import type { JobBounds } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import { sourceParameters } from './exposure-source.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { storeTime, type Parameters } from './query.ts';

const dayMs = 86_400_000;

function earlierOf(to: string, dataUntil: string, windowMs: number): string {
  return new Date(Math.min(Date.parse(to) + windowMs, Math.max(Date.parse(to), Date.parse(dataUntil)))).toISOString();
}

export function plannedMetrics(plan: ComputationPlan): readonly MetricPlan[] {
  return plan.metrics.filter((metric) => metric.kind === 'planned');
}

/** From when on events were stored that count of units which were exposed first at that time. */
export const eventsStoredSinceOf = ({ prePeriodDays }: Pick<ComputationPlan, 'prePeriodDays'>, firstMs: number): string =>
  storeTime(new Date(firstMs - prePeriodDays * dayMs - statsLimits.clockSlackMs).toISOString());

/** What every statement of a computation may name. */
export function planParameters(plan: ComputationPlan, bounds: JobBounds): Parameters {
  const metrics = plannedMetrics(plan);
  const longestWindowMs = Math.max(0, ...metrics.map(({ definition }) => metricWindow(definition).toMs ?? 0));
  return {
    environmentId: plan.environmentId,
    iterationId: plan.iterationId,
    ...sourceParameters(plan),
    unitKind: plan.unitKind,
    arms: plan.arms.map(({ variant }) => variant),
    from: storeTime(bounds.from),
    to: storeTime(bounds.to),
    dataUntil: storeTime(bounds.dataUntil),
    storedSince: storeTime(bounds.from, -statsLimits.clockSlackMs),
    prePeriodMs: plan.prePeriodDays * dayMs,
    eventsStoredSince: eventsStoredSinceOf(plan, Date.parse(bounds.from)),
    ...(metrics.length > 0 && {
      events: [...new Set(metrics.flatMap(({ definition }) => metricEventKeys(definition)))],
      // An event counts to the end of its unit's window, also past the end of the period. One that lies ahead waits for its time.
      eventsTo: storeTime(earlierOf(bounds.to, bounds.dataUntil, longestWindowMs)),
    }),
  };
}
