import { metricEventKeys, metricWindow } from '@stitchd/core';
import { distinctEvents, distinctExposures } from '@stitchd/db/clickhouse';
import type { JobBounds } from '@stitchd/db/stats';
import { metricSql, type MetricSql, type QueryParameter } from '@stitchd/events';
import { statsLimits } from '../limits.ts';
import { figuresKindOf } from './metric-figures-kind.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';

export type QueryParameters = Readonly<Record<string, QueryParameter>>;

export interface Query {
  readonly sql: string;
  readonly parameters: QueryParameters;
}

/**
 * One statement that gives every arm's figures for all metrics: each unit counts for the arm of its first exposure, whatever
 * it saw later; units without events count with 0; an event counts from the unit's first exposure on.
 *
 * The first exposure and its arm are one number, `time in ms · 256 + index of the arm`, so that ties of time always fall to
 * the arm that comes first in the experiment.
 */
export function armsQuery(plan: ComputationPlan, metrics: readonly MetricPlan[], bounds: JobBounds): Query {
  return {
    sql: [
      'WITH exposed AS (',
      `  SELECT unit, min(toUnixTimestamp64Milli(happened_at) * 256 + indexOf({arms:Array(String)}, variant) - 1) AS first, uniqExact(variant) > 1 AS mixed`,
      `  FROM ${exposures(['variant IN {arms:Array(String)}'])} AS exposure`,
      `  WHERE ${within('exposure')} AND unit != ''`,
      '  GROUP BY unit',
      '), ',
      ...(metrics.length === 0 ? measuredNothing : measured(metrics)),
      `SELECT arm, count() AS n, countIf(mixed) AS mixed_units${metrics.map(armColumns).join('')}`,
      'FROM measured GROUP BY arm ORDER BY arm',
    ].join('\n'),
    parameters: parametersOf(plan, metrics, bounds),
  };
}

/** What was exposed under the iteration in the period, by variant. */
export function exposureCountsQuery(plan: ComputationPlan, bounds: JobBounds): Query {
  return {
    sql: [
      `SELECT variant, count() AS items, countIf(unit = '') AS without_unit`,
      `FROM ${exposures([])} AS exposure`,
      `WHERE ${within('exposure')}`,
      'GROUP BY variant ORDER BY variant',
    ].join('\n'),
    parameters: parametersOf(plan, [], bounds),
  };
}

const measuredNothing = ['measured AS (SELECT bitAnd(first, 255) AS arm, mixed FROM exposed)'];

function measured(metrics: readonly MetricPlan[]): readonly string[] {
  return [
    'measured AS (',
    `  SELECT bitAnd(any(exposed.first), 255) AS arm, any(exposed.mixed) AS mixed${metrics.map(unitColumn).join('')}`,
    '  FROM exposed LEFT JOIN (',
    `    SELECT unit, event, value, properties, toUnixTimestamp64Milli(happened_at) AS at_ms`,
    `    FROM ${events()} AS event`,
    `    WHERE ${within('event')} AND unit != ''`,
    '  ) AS happened ON happened.unit = exposed.unit',
    '  GROUP BY exposed.unit',
    ')',
  ];
}

const exposures = (conditions: readonly string[]): string =>
  distinctExposures({
    columns: ['variant', 'happened_at', 'stored_at'],
    expressions: { unit: 'units[{unitKind:String}]' },
    where: ['iteration_id = {iterationId:UUID}', storedSince, ...conditions],
  });

const events = (): string =>
  distinctEvents({
    columns: ['event', 'value', 'properties', 'happened_at', 'stored_at'],
    expressions: { unit: 'units[{unitKind:String}]' },
    where: ['event IN {events:Array(String)}', storedSince],
  });

/** Nothing is stored before it happens: this spares old parts and splits no item's copies. */
const storedSince = "stored_at >= {storedSince:DateTime64(3, 'UTC')}";

/** An item's time lies in the period, for events longer by the longest window, and it was stored in time. */
function within(table: 'exposure' | 'event'): string {
  const end = table === 'exposure' ? 'to' : 'eventsTo';
  return [
    "happened_at >= {from:DateTime64(3, 'UTC')}",
    `happened_at < {${end}:DateTime64(3, 'UTC')}`,
    "stored_at <= {dataUntil:DateTime64(3, 'UTC')}",
  ].join(' AND ');
}

/** A unit's value. An event without a unit's exposure before it is not the experiment's. */
function unitColumn(metric: MetricPlan, index: number): string {
  const [column] = unitSql(metric, index).columns;
  if (column === undefined) throw new Error('a metric has a column');
  const { expression, role } = column;
  return `,\n    ${role === 'level' ? `${expression} = ${stepsOf(metric)}` : expression} AS m${index}`;
}

function unitSql({ definition }: MetricPlan, index: number): MetricSql {
  return metricSql(definition, {
    name: `m${index}`,
    row: {
      event: 'happened.event',
      value: 'happened.value',
      properties: 'happened.properties',
      atMs: 'at_ms',
      firstMs: 'toInt64(bitShiftRight(first, 8))',
    },
    periodEnd: "toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})",
  });
}

const stepsOf = ({ definition }: MetricPlan): number => (definition.type === 'funnel' ? definition.steps.length : 0);

/** Never sums of squares: they lose every digit of the variance of large values. */
function armColumns(metric: MetricPlan, index: number): string {
  return figuresKindOf(metric.definition.type) === 'conversion'
    ? `,\n  countIf(m${index}) AS m${index}_converted`
    : `,\n  avg(m${index}) AS m${index}_mean, varPopStable(m${index}) AS m${index}_variance, sum(m${index}) AS m${index}_sum, skewSamp(m${index}) AS m${index}_skewness`;
}

function parametersOf(plan: ComputationPlan, metrics: readonly MetricPlan[], bounds: JobBounds): QueryParameters {
  const longestWindowMs = Math.max(0, ...metrics.map(({ definition }) => metricWindow(definition).toMs ?? 0));
  const perMetric = metrics.map((metric, index) => unitSql(metric, index).parameters);
  return {
    environmentId: plan.environmentId,
    iterationId: plan.iterationId,
    unitKind: plan.unitKind,
    arms: plan.arms.map(({ variant }) => variant),
    from: storeTime(bounds.from),
    to: storeTime(bounds.to),
    dataUntil: storeTime(bounds.dataUntil),
    storedSince: storeTime(bounds.from, -statsLimits.clockSlackMs),
    ...(metrics.length > 0 && {
      events: [...new Set(metrics.flatMap(({ definition }) => metricEventKeys(definition)))],
      eventsTo: storeTime(bounds.to, longestWindowMs),
    }),
    ...Object.assign({}, ...perMetric),
  };
}

/** As ClickHouse reads a DateTime64(3): UTC, to the millisecond. */
function storeTime(iso: string, plusMs = 0): string {
  return new Date(Date.parse(iso) + plusMs).toISOString().replace('T', ' ').replace('Z', '');
}
