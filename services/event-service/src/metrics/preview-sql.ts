import { metricEventKeys, metricWindow, type MetricDefinition } from '@stitchd/core';
import { distinctEvents } from '@stitchd/db/clickhouse';
import { itemLimits, metricSelects, metricSql, type MetricSql, type QueryParameter } from '@stitchd/events';

const { dayMs } = itemLimits;

export interface PreviewPeriod {
  /** The first day's first millisecond, by UTC. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The kind of context whose key is the unit. */
  readonly unitKind: string;
}

export interface PreviewSql {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, QueryParameter>>;
}

/**
 * A metric by day: each unit that was there on a day (with any event) as if it had been exposed when the day began. Events count
 * until the day ends; for retention in the metric's own days after it. One row per day, and one of all (`day_ms` 0).
 */
export function previewSql(definition: MetricDefinition, { fromMs, toMs, unitKind }: PreviewPeriod): PreviewSql {
  const own = definition.type === 'retention' ? {} : { window: { fromMs: 0, toMs: dayMs } };
  const metric = metricSql(definition, { name: 'm', periodEnd: '{toMs:Int64}', ...own });
  const selects = metricSelects(definition, 's');
  const source = distinctEvents({
    columns: ['event', 'value', 'properties', 'happened_at'],
    // Its hash: numbers are grouped faster than texts.
    expressions: { unit: 'if(unit_kind = {unitKind:String}, uid, other_uids[{unitKind:String}])' },
    where: ['stored_at >= fromUnixTimestamp64Milli({storedSinceMs:Int64})'],
  });
  return {
    sql: [
      `SELECT first_ms AS day_ms, ${valueSql(definition, metric)} AS value, sum(metric_events) AS events,`,
      `  uniqExactIf(unit, metric_events > 0) AS units, uniqExact(unit) AS active_units, groupBitOr(seen) AS seen`,
      'FROM (',
      '  SELECT unit, first_ms,',
      `    countIf(${ownDay} AND ${selects.condition}) AS metric_events,`,
      `    groupBitOrIf(${eventBit}, ${ownDay}) AS seen,`,
      `    ${metric.columns.map(({ name, expression }) => `${expression} AS ${name}`).join(', ')}`,
      '  FROM (',
      `    SELECT unit, event, value, properties, at_ms, ${daySql(definition)} AS first_ms`,
      '    FROM (',
      '      SELECT unit, event, value, properties, toUnixTimestamp64Milli(happened_at) AS at_ms',
      `      FROM ${source} AS item`,
      '    ) AS happened',
      '    WHERE at_ms >= {fromMs:Int64} AND at_ms < {toMs:Int64} AND unit != 0',
      '  ) AS happened_on_day',
      '  GROUP BY unit, first_ms',
      `  HAVING countIf(${ownDay}) > 0`,
      ') AS measured',
      'GROUP BY GROUPING SETS ((first_ms), ())',
      'ORDER BY day_ms',
    ].join('\n'),
    parameters: {
      ...metric.parameters,
      ...selects.parameters,
      events: metricEventKeys(definition),
      unitKind,
      fromMs,
      toMs,
      // Nothing is stored before it happens, but for what clocks may be apart.
      storedSinceMs: fromMs - itemLimits.clockToleranceMs,
    },
  };
}

/** The place of one of the metric's own events as a bit: a list of keys for each unit and day costs far more. */
const eventBit =
  'if(has({events:Array(String)}, event), bitShiftLeft(toUInt64(1), indexOf({events:Array(String)}, event) - 1), 0)';

const startOfDay = `intDiv(at_ms, ${dayMs}) * ${dayMs}`;
const ownDay = `at_ms < first_ms + ${dayMs}`;

/** For which days an event matters: its own, and for retention those before it that look at this time after them. */
function daySql(definition: MetricDefinition): string {
  if (definition.type !== 'retention') return startOfDay;
  const { fromMs, toMs } = metricWindow(definition);
  const nearest = Math.max(1, Math.floor(fromMs / dayMs));
  const farthest = Math.ceil((toMs ?? 0) / dayMs) - 1;
  const earlier = `arrayMap(days -> ${startOfDay} - days * ${dayMs}, range(${nearest}, ${Math.max(nearest, farthest + 1)}))`;
  return `arrayJoin(arrayConcat([${startOfDay}], arrayFilter(day -> day >= {fromMs:Int64}, ${earlier})))`;
}

/** The metric over the units of a day; NaN where it does not exist. */
function valueSql(definition: MetricDefinition, { columns }: MetricSql): string {
  const [first, second] = columns.map(({ name }) => name);
  switch (definition.type) {
    case 'ratio':
      return `sum(${first}) / sum(${second})`;
    case 'quantile':
      return definition.per === 'unit'
        ? `quantileExactInclusive(${definition.level})(${first})`
        : `quantileExactInclusiveArray(${definition.level})(${first})`;
    case 'funnel':
      return `countIf(${first} = ${definition.steps.length}) / count()`;
    default:
      return `avg(${first})`;
  }
}
