import type { JobBounds } from '@stitchd/db/stats';
import { exposedUnits } from './exposed-sql.ts';
import { atMs, eventsFromMs, eventsStoredSince, eventsToMs, isOneOf, storedUntil, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters, plannedMetrics } from './plan-parameters.ts';
import { storeTime } from './query.ts';
import { unitColumns, allColumns } from './unit-columns.ts';
import { nothingHappened, recentFrom, slotColumns, type UnitsQuery } from './units-query.ts';
import { merges, mergedSlots, slotArrays, slotExpressions } from './unit-slots.ts';

const environment = 'environment_id = {environmentId:UUID}';
const isFresh = `stored_at >= {storedFrom:DateTime64(3, 'UTC')} AND ${storedUntil}`;
const madeIn = "toStartOfHour(UUIDv7ToDateTime(item_id, 'UTC'))";

/** What is looked at again, and what is known to be in the rows of units. */
export interface FreshScope {
  /** Items that were stored from then on are looked at, ISO 8601. */
  readonly storedFrom: string;
  /** Rows of units hold what was stored until then, ISO 8601; a row that says more was left by an attempt that failed. */
  readonly knownUntil: string;
}

/**
 * The rows of units of which something was stored, without looking at what they did before: what is new is added to what is known.
 *
 * An item is new unless its unit's row names it among the recent ones, or a copy of it was stored earlier. What was derived of a unit
 * whose first exposure turns out to be earlier is worth nothing, and of a new unit nothing is known: those, and the ones that a failed
 * attempt wrote, are made from all their events.
 */
export function freshUnitsQuery(plan: ComputationPlan, bounds: JobBounds, hash: string, scope: FreshScope): UnitsQuery {
  const columns = unitColumns(plan);
  const fresh = exposedUnits(plan, { storedFrom: "stored_at >= {storedFrom:DateTime64(3, 'UTC')}" });
  const hasMetrics = plannedMetrics(plan).length > 0;
  const properties = columns.readsProperties ? ', properties' : '';
  const slots = merges.map((merge) => slotArrays[merge].column).join(', ');
  const all = allColumns(columns);
  const mergedColumns = merges.map((merge) => {
    const { column, type, empty } = slotArrays[merge];
    const places = slotExpressions(all, merge).length;
    const known = `if(whole, arrayResize(CAST([], '${type}'), ${places}, ${empty}), known.${column})`;
    return `${mergedSlots(merge, known, `gained.${column}`)} AS ${column}`;
  });
  return {
    ctes: [
      `fresh AS (\n  ${fresh.sql}\n)`,
      ...(hasMetrics ? candidates(plan, properties) : ['candidate AS (SELECT 0::UInt64 AS unit_uid WHERE 0)']),
      `known AS (
  SELECT uid, first_exposure, arms_seen, labels, derived_until, ${slots}, recent
  FROM experiment_unit FINAL
  WHERE ${environment} AND iteration_id = {iterationId:UUID} AND plan = {plan:UInt64} AND uid != 0
    AND uid IN (SELECT unit_uid FROM fresh UNION DISTINCT SELECT unit_uid FROM candidate)
)`,
      exposedSql,
      ...(hasMetrics ? [happenedSql(plan, properties)] : [nothingHappened]),
      `gained AS (
  SELECT exposed.unit_uid AS unit_uid, any(exposed.first) AS first, any(exposed.seen) AS seen, any(exposed.labels) AS labels,
    any(exposed.whole) AS whole,
    ${slotColumns(columns).join(',\n    ')}
  FROM happened RIGHT JOIN exposed ON happened.unit_uid = exposed.unit_uid
  GROUP BY exposed.unit_uid
)`,
      `measured AS (
  SELECT gained.unit_uid AS unit_uid, gained.first AS first, gained.seen AS seen, gained.labels AS labels,
    ${mergedColumns.join(',\n    ')},
    gained.recent AS recent
  FROM gained LEFT JOIN known ON gained.unit_uid = known.uid
)`,
    ],
    columns,
    parameters: {
      ...planParameters(plan, bounds),
      ...fresh.parameters,
      ...columns.parameters,
      plan: hash,
      storedFrom: storeTime(scope.storedFrom),
      knownUntilMs: Date.parse(scope.knownUntil),
      recentFrom: recentFrom(bounds),
    },
  };
}

/** The state of the exposure of every unit of which something is new. */
const exposedSql = `exposed AS (
  SELECT unit_uid, min(one_first) AS first, intDiv(first, 256) AS first_ms, groupBitOr(one_seen) AS seen, argMin(one_labels, one_first) AS labels,
    max(is_known) = 0 OR minIf(one_first, is_known) > first OR maxIf(derived_until, is_known) > {knownUntilMs:UInt64} AS whole
  FROM (
    SELECT uid AS unit_uid, first_exposure AS one_first, arms_seen AS one_seen, labels AS one_labels, 1 AS is_known, derived_until FROM known
    UNION ALL
    SELECT unit_uid, toUInt64(first), seen, labels, 0, 0 FROM fresh
  )
  GROUP BY unit_uid
)`;

const wholeUnits = 'SELECT unit_uid FROM exposed WHERE whole';

/** Events that were stored of late, each once; and the items among them that had come before. */
function candidates(plan: ComputationPlan, properties: string): readonly string[] {
  return [
    `candidate AS (
  SELECT ${unitUid(plan, 'item')} AS unit_uid, item_id, stored_at, event, value${properties}, ${atMs('item')} AS at_ms
  FROM event AS item
  WHERE ${environment} AND event IN {events:Array(String)} AND ${isFresh} AND unit_uid != 0 AND at_ms >= ${eventsFromMs} AND at_ms < ${eventsToMs}
  ORDER BY accepted_at LIMIT 1 BY item_id
)`,
    // Copies of an item lie in the hour in which it was made.
    `copied AS (
  SELECT item_id FROM event
  WHERE ${environment} AND event IN {events:Array(String)} AND ${madeIn} IN (SELECT DISTINCT ${madeIn} FROM candidate)
    AND stored_at < {storedFrom:DateTime64(3, 'UTC')} AND item_id IN (SELECT item_id FROM candidate)
)`,
  ];
}

/** What is new of known units, and everything of the others. An item that is in the rows already has no event, and stays recent. */
function happenedSql(plan: ComputationPlan, properties: string): string {
  return `happened AS (
  SELECT unit_uid, item_id, stored_at,
    if(item_id IN (SELECT arrayJoin(recent) FROM known) OR item_id IN (SELECT item_id FROM copied), '', toString(event)) AS event,
    value${properties}, at_ms
  FROM candidate WHERE unit_uid IN (SELECT unit_uid FROM exposed WHERE NOT whole)
  UNION ALL
  SELECT unit_uid, item_id, stored_at, toString(event), value${properties}, at_ms FROM (
    SELECT ${unitUid(plan, 'item')} AS unit_uid, item_id, stored_at, event, value${properties}, ${atMs('item')} AS at_ms
    FROM event AS item
    WHERE ${environment} AND event IN {events:Array(String)} AND ${eventsStoredSince} AND ${isOneOf(plan, 'item', wholeUnits)}
    ORDER BY accepted_at LIMIT 1 BY item_id
  ) WHERE unit_uid != 0 AND at_ms >= ${eventsFromMs} AND at_ms < ${eventsToMs} AND ${storedUntil}
)`;
}
