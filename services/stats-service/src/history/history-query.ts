import { metricWindow } from '@stitchd/core';
import { capQuantile, metricSql, type MetricColumn } from '@stitchd/events';
import { atMs, countedEvents, storedSince, storedUntil, toMs, unitUid } from '../computation/item-source.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';
import { storeTime, type Parameters } from '../computation/query.ts';
import { statsLimits } from '../limits.ts';

/** The past of an environment, as far as a plan or a replay looks back. */
export interface History {
  readonly unitKind: string;
  readonly metrics: readonly MetricPlan[];
  /** Units are those exposed to this flag; empty: those exposed to anything, or with an event of a metric. */
  readonly flagKey: string;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** 0: nothing is read of the time before. */
  readonly prePeriodDays: number;
  /** Of a million units by their hash; a million: all. */
  readonly sample: { readonly from: number; readonly to: number };
}

export interface HistoryColumns {
  /** The metric's own, then the same before the unit was first seen, where that is asked for. */
  readonly own: readonly MetricColumn[];
  readonly before: readonly MetricColumn[];
  /** Whether the unit's window had closed, as a condition. */
  readonly isMatured: string;
}

export interface HistoryQuery {
  /** Named subqueries, of which `seen` has each unit with its `first_ms`, and `measured` a column for each of `columns` beside them. */
  readonly ctes: readonly string[];
  readonly columns: readonly HistoryColumns[];
  readonly parameters: Parameters;
}

const dayMs = 86_400_000;
export const sampleOf = 1_000_000;

/** Every unit of the past as if it had been first exposed when it was first seen. */
export function historyQuery(history: History): HistoryQuery {
  const row = {
    event: 'happened.event',
    value: 'happened.value',
    properties: 'happened.properties',
    atMs: 'happened.at_ms',
    firstMs: 'known.first_ms',
  };
  const before = { fromMs: -history.prePeriodDays * dayMs, toMs: 0 };
  const metrics = history.metrics.map(({ definition }, index) => {
    const own = metricSql(definition, { name: `m${index}`, periodEnd: toMs, row });
    const past =
      history.prePeriodDays === 0 || definition.type === 'quantile'
        ? undefined
        : metricSql(definition, { name: `b${index}`, periodEnd: toMs, row, window: before });
    return { definition, own, past };
  });
  const all = metrics.flatMap(({ own, past }) => [...own.columns, ...(past?.columns ?? [])]);
  const readsProperties = metrics.some(({ own }) => own.readsProperties);
  return {
    ctes: [seenSql(history), happenedSql(history, readsProperties), rawSql(all), measuredSql(all)],
    columns: metrics.map(({ definition, own, past }) => ({
      own: own.columns,
      before: past?.columns ?? [],
      isMatured: maturedSql(metricWindow(definition).toMs),
    })),
    parameters: {
      ...historyParameters(history),
      ...Object.assign({}, ...metrics.flatMap(({ own, past }) => [own.parameters, past?.parameters ?? {}])),
    },
  };
}

function historyParameters(history: History): Parameters {
  const longestMs = Math.max(0, ...history.metrics.map(({ definition }) => metricWindow(definition).toMs ?? 0));
  const events = [
    ...new Set(history.metrics.flatMap(({ definition }) => metricSql(definition, { name: 'x', periodEnd: toMs }).eventKeys)),
  ];
  return {
    unitKind: history.unitKind,
    from: storeTime(history.from),
    // Events before a unit was first seen say what it was like.
    prePeriodMs: history.prePeriodDays * dayMs,
    eventsStoredSince: storeTime(history.from, -history.prePeriodDays * dayMs - statsLimits.clockSlackMs),
    seenFrom: storeTime(history.from),
    to: storeTime(history.to),
    dataUntil: storeTime(history.to),
    eventsTo: storeTime(history.to, longestMs),
    storedSince: storeTime(history.from, -statsLimits.clockSlackMs),
    events,
    flag: history.flagKey,
    sampleFrom: history.sample.from,
    sampleTo: history.sample.to,
  };
}

function seenSql(history: History): string {
  const rows = (table: string, condition: string): string =>
    `SELECT ${unitUid(history, 'item')} AS unit_uid, ${atMs('item')} AS at_ms FROM ${table} AS item
    WHERE environment_id = {environmentId:UUID} AND ${storedSince} AND ${storedUntil} AND ${condition}`;
  const sources =
    history.flagKey === ''
      ? [rows('exposure', '1'), rows('event', 'event IN {events:Array(String)}')]
      : [rows('exposure', 'flag = {flag:String}')];
  return `seen AS (
  SELECT unit_uid, min(at_ms) AS first_ms FROM (
    ${sources.join('\n    UNION ALL ')}
  )
  WHERE unit_uid != 0 AND at_ms >= toUnixTimestamp64Milli({seenFrom:DateTime64(3, 'UTC')}) AND at_ms < ${toMs}
    AND intHash64(unit_uid) % ${sampleOf} BETWEEN {sampleFrom:UInt32} AND {sampleTo:UInt32}
  GROUP BY unit_uid
)`;
}

function happenedSql(history: History, readsProperties: boolean): string {
  const properties = readsProperties ? ['properties'] : [];
  const columns = ['unit_uid', 'event', 'value', ...properties, 'at_ms'].join(', ');
  return `happened AS (
  SELECT ${columns} FROM ${countedEvents(history, properties)} AND unit_uid != 0
)`;
}

function rawSql(columns: readonly MetricColumn[]): string {
  const selected = columns.map(({ name, expression }) => `,\n    ${expression} AS ${name}`).join('');
  return `uncapped AS (
  SELECT known.unit_uid AS unit_uid, any(known.first_ms) AS first_ms${selected}
  FROM happened RIGHT JOIN seen AS known ON happened.unit_uid = known.unit_uid
  GROUP BY known.unit_uid
)`;
}

/** A cap by quantile is that of all units of the past. */
function measuredSql(columns: readonly MetricColumn[]): string {
  const selected = columns.map(({ name, cap }) =>
    cap?.kind === 'quantile' ? `least(${name}, (SELECT ${capQuantile(name, cap.level)} FROM uncapped)) AS ${name}` : name,
  );
  return `measured AS (SELECT ${['unit_uid', 'first_ms', ...selected].join(', ')} FROM uncapped)`;
}

function maturedSql(windowMs: number | undefined): string {
  return windowMs === undefined ? '1' : `first_ms + ${Math.round(windowMs)} <= ${toMs}`;
}

/** Units by the day on which they were first seen, in order. */
export function trafficSql({ ctes }: HistoryQuery): string {
  return `WITH ${ctes[0]}
SELECT intDiv(first_ms - toUnixTimestamp64Milli({seenFrom:DateTime64(3, 'UTC')}), ${dayMs}) AS day, count() AS units
FROM seen WHERE {environmentId:UUID} = {environmentId:UUID} GROUP BY day ORDER BY day`;
}

/** The number of a column's unit: a share or a funnel is 1 or 0. */
export function numberOf({ name, role }: MetricColumn, steps: number): string {
  switch (role) {
    case 'share':
      return `(${name} > 0)`;
    case 'level':
      return `(${name} >= ${steps})`;
    default:
      return name;
  }
}

export function stepsOf({ definition }: MetricPlan): number {
  return definition.type === 'funnel' ? definition.steps.length : 1;
}
