import { metricWindow } from '@stitchd/core';
import { statsLimits } from '../limits.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Query } from './query.ts';
import { takesPart } from './unit-period.ts';
import type { UnitsQuery } from './units-query.ts';

const dayMs = 86_400_000;

/** Units that were exposed first on each day, by arm. */
export function dailyUnitsQuery(plan: ComputationPlan, { ctes, parameters }: UnitsQuery): Query {
  return {
    sql: `WITH ${ctes.join(',\n')}
SELECT toString(toDate(fromUnixTimestamp64Milli(toInt64(intDiv(first, 256)), 'UTC'))) AS day, bitAnd(first, 255) AS arm, count() AS units
FROM measured WHERE ${takesPart(plan)} GROUP BY day, arm ORDER BY day, arm`,
    parameters,
  };
}

export interface SinceRow {
  readonly day: number;
  readonly arm: number;
  readonly n: number;
  readonly total: number | null;
}

/**
 * What the units of each arm did on each day after their exposure, of those that had the whole of that day. Undefined where the
 * primary metric is no sum over days.
 */
export function sinceExposureQuery(plan: ComputationPlan, { ctes, columns, parameters }: UnitsQuery) {
  const index = columns.metrics.findIndex(({ daily }) => daily !== undefined);
  const column = columns.metrics[index]?.daily;
  const metric = plannedMetrics(plan)[index];
  if (column === undefined || metric === undefined) return undefined;
  const { toMs } = metricWindow(metric.definition);
  const days = Math.min(statsLimits.daysSinceExposure, Math.ceil((toMs ?? Infinity) / dayMs));
  const until = "toUnixTimestamp64Milli({dataUntil:DateTime64(3, 'UTC')})";
  // A list has days and amounts in turn, and a day once for every look that added to it.
  const onDay =
    metric.definition.type === 'conversion'
      ? `toFloat64(arrayExists((number, place) -> place % 2 = 1 AND number = day, ${column.name}, arrayEnumerate(${column.name})))`
      : `arraySum((number, place) -> if(place % 2 = 0 AND ${column.name}[place - 1] = day, number, 0), ${column.name}, arrayEnumerate(${column.name}))`;
  const query: Query = {
    sql: `WITH ${ctes.join(',\n')}
SELECT day, bitAnd(first, 255) AS arm, count() AS n, sum(${onDay}) AS total
FROM measured ARRAY JOIN range(toUInt32(least(${days}, greatest(0, intDiv(${until} - toInt64(intDiv(first, 256)), ${dayMs}))))) AS day
WHERE ${takesPart(plan)} GROUP BY day, arm ORDER BY day, arm`,
    parameters,
  };
  return { metric: metric.key, query };
}
