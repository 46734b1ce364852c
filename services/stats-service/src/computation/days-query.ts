import { metricWindow } from '@stitchd/core';
import { statsLimits } from '../limits.ts';
import { wasDelivered } from './exposed-sql.ts';
import type { Figures, FirstSeen, SinceExposure } from './figures.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Query } from './query.ts';
import { periodOf, takesPart } from './unit-period.ts';
import type { UnitsQuery } from './units-query.ts';

const dayMs = 86_400_000;
const until = "toUnixTimestamp64Milli({dataUntil:DateTime64(3, 'UTC')})";

/** Units of one arm that were exposed first on one day of one period, and have had as many whole days since. */
export interface DayRow {
  readonly day: string;
  readonly period: number;
  readonly arm: number;
  readonly had: number;
  readonly units: number;
  /** Of those, the ones that were first seen by a delivery. */
  readonly delivered: number;
  /** Days after the exposure, and what those units did on each. */
  readonly days: readonly number[];
  readonly amounts: readonly (number | null)[];
}

/** The primary metric where it is a sum over days, and how many days are told apart. */
function dailyMetric(plan: ComputationPlan, { columns }: Pick<UnitsQuery, 'columns'>) {
  const index = columns.metrics.findIndex(({ daily }) => daily !== undefined);
  const column = columns.metrics[index]?.daily;
  const metric = plannedMetrics(plan)[index];
  if (column === undefined || metric === undefined) return undefined;
  const { toMs } = metricWindow(metric.definition);
  return { metric, column, days: Math.min(statsLimits.daysSinceExposure, Math.ceil((toMs ?? Infinity) / dayMs)) };
}

/** Units by day of their first exposure and by the days they have had, with what they did on each: both charts over days. */
export function daysQuery(plan: ComputationPlan, { ctes, columns, parameters }: UnitsQuery): Query {
  const daily = dailyMetric(plan, { columns });
  const had = `least(${daily?.days ?? 0}, greatest(0, intDiv(${until} - toInt64(intDiv(first, 256)), ${dayMs})))`;
  return {
    sql: `WITH ${ctes.join(',\n')}
SELECT toString(first_day) AS day, period, arm, had, units, delivered, done.1 AS days, done.2 AS amounts FROM (
  SELECT toDate(fromUnixTimestamp64Milli(toInt64(intDiv(first, 256)), 'UTC')) AS first_day, ${periodOf(plan)} AS period, bitAnd(first, 255) AS arm, ${had} AS had,
    count() AS units, countIf(${wasDelivered}) AS delivered, sumMap(${daily === undefined ? '[0], [0.]' : dailyAmounts(daily)}) AS done
  FROM measured WHERE ${takesPart(plan)} GROUP BY first_day, period, arm, had
) ORDER BY day, period, arm, had`,
    parameters,
  };
}

/** A list has days and amounts in turn, and a day once for every look that added to it. */
function dailyAmounts({ metric, column: { name } }: NonNullable<ReturnType<typeof dailyMetric>>): string {
  const every = (place: 'odd' | 'even'): string =>
    `arrayFilter((number, place) -> place % 2 = ${place === 'odd' ? 1 : 0}, ${name}, arrayEnumerate(${name}))`;
  const days = `arrayMap(number -> toUInt16(number), ${every('odd')})`;
  if (metric.definition.type !== 'conversion') return `${days}, ${every('even')}`;
  return `arrayDistinct(${days}), arrayMap(number -> 1., arrayDistinct(${days}))`;
}

export function dailyUnits(rows: readonly DayRow[]): Figures['days'] {
  const found = new Map<string, { day: string; arm: number; units: number }>();
  for (const { day, arm, units } of rows) {
    const key = `${day} ${arm}`;
    found.set(key, { day, arm, units: units + (found.get(key)?.units ?? 0) });
  }
  return [...found.values()];
}

/** By period and arm: how many units were first seen by a delivery, and how many by a read. */
export function firstSeen(rows: readonly DayRow[]): readonly FirstSeen[] {
  const found = new Map<string, FirstSeen>();
  for (const { period, arm, units, delivered } of rows) {
    const key = `${period} ${arm}`;
    const { reads = 0, deliveries = 0 } = found.get(key) ?? {};
    found.set(key, { period, arm, reads: reads + units - delivered, deliveries: deliveries + delivered });
  }
  return [...found.values()];
}

/** What the units of each arm did on each day after their exposure, of those that had the whole of that day. */
export function sinceExposure(
  plan: ComputationPlan,
  units: Pick<UnitsQuery, 'columns'>,
  rows: readonly DayRow[],
): readonly SinceExposure[] {
  const daily = dailyMetric(plan, units);
  if (daily === undefined) return [];
  const days = Array.from({ length: Math.max(0, ...rows.map(({ had }) => had)) }, (_, day) => day);
  return days.flatMap((day) =>
    plan.arms.flatMap((_, arm): SinceExposure[] => {
      const mine = rows.filter((row) => row.arm === arm && row.had > day);
      const n = mine.reduce((sum, row) => sum + row.units, 0);
      const total = mine.reduce((sum, row) => sum + amountOn(row, day), 0);
      return n > 0 && Number.isFinite(total) ? [{ metric: daily.metric.key, day, arm, n, mean: total / n }] : [];
    }),
  );
}

function amountOn({ days, amounts }: DayRow, day: number): number {
  const place = days.indexOf(day);
  return place === -1 ? 0 : (amounts[place] ?? Number.NaN);
}
