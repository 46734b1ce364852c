import type { JobBounds } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import { exposedUnits } from './exposed-sql.ts';
import { countedEvents, isOneOf, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters, plannedMetrics } from './plan-parameters.ts';
import { storeTime, type Parameters } from './query.ts';
import { touchedUnits } from './touched-units.ts';
import { allColumns, unitColumns, type UnitColumns } from './unit-columns.ts';
import { merges, slotArrays, slotExpressions } from './unit-slots.ts';

/** How much of the raw rows a statement looks at. */
export interface UnitsScope {
  /** Whether the environment knows any key that belongs to one of the experiment's kind: else there is nothing to look up. */
  readonly hasLinks: boolean;
  /** Only units of which something was stored from then on, ISO 8601; left out: all. */
  readonly storedFrom?: string;
}

export interface UnitsQuery {
  /**
   * Named subqueries, of which `measured` has a row for each unit: unit_uid, first, seen, labels, and a column for each of `columns` or
   * arrays of their slots.
   */
  readonly ctes: readonly string[];
  readonly columns: UnitColumns;
  readonly parameters: Parameters;
}

/**
 * Every unit of an experiment with what it has of every metric: each unit has the arm of its first exposure, whatever it saw
 * later; units without events have 0; an event counts from the unit's first exposure on, or in the days before it.
 */
export function unitsQuery(plan: ComputationPlan, bounds: JobBounds, scope: UnitsScope): UnitsQuery {
  return unitsWith(plan, bounds, scope, (columns) =>
    allColumns(columns, 'cells').map(({ name, expression }) => `${expression} AS ${name}`),
  );
}

/** The same units with arrays of slots, and the items that a later look may meet again. */
export function slottedUnitsQuery(plan: ComputationPlan, bounds: JobBounds, scope: UnitsScope): UnitsQuery {
  return unitsWith(plan, bounds, scope, slotColumns);
}

function unitsWith(
  plan: ComputationPlan,
  bounds: JobBounds,
  scope: UnitsScope,
  select: (columns: UnitColumns) => readonly string[],
): UnitsQuery {
  const columns = unitColumns(plan);
  const touched = scope.storedFrom === undefined ? undefined : touchedUnits(plan, scope.hasLinks, scope.storedFrom);
  const exposed = exposedUnits(plan, { readSet: touched?.readSet });
  const happened = happenedSql(plan, columns.readsProperties, scope.hasLinks, touched !== undefined);
  return {
    ctes: [
      ...(touched?.ctes ?? []),
      `exposed AS (\n  SELECT *, intDiv(first, 256) AS first_ms FROM (${exposed.sql})\n)`,
      ...happened,
      measuredSql(select(columns), touched?.writeSet),
    ],
    columns,
    parameters: {
      ...planParameters(plan, bounds),
      ...exposed.parameters,
      ...touched?.parameters,
      ...(scope.hasLinks && { mostLinked: statsLimits.linkedUnits }),
      ...columns.parameters,
      recentFrom: recentFrom(bounds),
    },
  };
}

/** Items that were stored from then on may be met again by the next look. */
export const recentFrom = ({ dataUntil }: JobBounds): string => storeTime(dataUntil, -statsLimits.derivedOverlapMs);

/** Those of them that a unit's row names. */
export const recentItems = "groupArrayIf(happened.item_id, happened.stored_at >= {recentFrom:DateTime64(3, 'UTC')}) AS recent";

/** What is kept of units beside their exposure. */
function slotColumns(columns: UnitColumns): readonly string[] {
  const all = allColumns(columns);
  return [
    ...merges.map((merge) => {
      const { column, type } = slotArrays[merge];
      return `CAST([${slotExpressions(all, merge).join(', ')}], '${type}') AS ${column}`;
    }),
    recentItems,
  ];
}

/** Rows of the same columns as events have, and none of them. */
export const nothingHappened = `SELECT 0::UInt64 AS unit_uid, item_id, stored_at, event, value, properties, 0::Int64 AS at_ms
  FROM event WHERE environment_id = {environmentId:UUID} AND event IN CAST([], 'Array(String)')`;

/** The events that may count, each with the one unit that it counts for, of those that a subquery `exposed` names. */
export function happenedSql(
  plan: ComputationPlan,
  readsProperties: boolean,
  hasLinks: boolean,
  isTouched: boolean,
): readonly string[] {
  if (plannedMetrics(plan).length === 0) return [`happened AS (\n  ${nothingHappened}\n)`];
  const properties = readsProperties ? ['properties'] : [];
  const facts = ['event', 'value', ...properties, 'at_ms', 'item_id', 'stored_at'].join(', ');
  const columns = `unit_uid, ${facts}`;
  const own = isTouched ? [isOneOf(plan, 'copy', 'SELECT unit_uid FROM written')] : [];
  const direct = `SELECT ${columns} FROM ${countedEvents(plan, properties, own)} AND unit_uid != 0`;
  if (!hasLinks) return [`happened AS (\n  ${direct}\n)`];
  const lacking = countedEvents(plan, ['unit_kind', 'uid', 'other_uids', ...properties], [`${unitUid(plan, 'copy')} = 0`]);
  const linked = `SELECT link.unit_uid AS unit_uid, ${facts}
  FROM (
    SELECT ${facts},
      arrayJoin(arrayConcat([(unit_kind, uid)], arrayZip(mapKeys(other_uids), mapValues(other_uids)))) AS key
    FROM ${lacking}
  ) AS item
  INNER JOIN linked AS link ON link.kind = item.key.1 AND link.uid = item.key.2
  ORDER BY link.first, link.unit_uid LIMIT 1 BY item_id`;
  return [linkedSql, `happened AS (\n  ${direct}\n  UNION ALL\n  SELECT ${columns} FROM (${linked})\n)`];
}

/**
 * Of every key the unit that was exposed first among those it belongs to. A key of very many units is no identity: a shared
 * device, a whole company.
 */
const linkedSql = `linked AS (
  SELECT kind, uid, min((exposed.first, exposed.unit_uid)) AS earliest, earliest.1 AS first, earliest.2 AS unit_uid
  FROM (
    SELECT DISTINCT kind, uid, other_uid FROM identity_link
    WHERE environment_id = {environmentId:UUID} AND other_kind = {unitKind:String}
  ) AS known
  INNER JOIN exposed ON exposed.unit_uid = known.other_uid
  GROUP BY kind, uid HAVING count() <= {mostLinked:UInt32}
)`;

/** What `happened` comes to for each unit of `exposed`, or of a subquery of them. */
export function measuredSql(columns: readonly string[], writeSet: string | undefined): string {
  const selected = columns.map((column) => `,\n    ${column}`).join('');
  const where = writeSet === undefined ? '' : `\n  WHERE exposed.unit_uid IN (${writeSet})`;
  return `measured AS (
  SELECT exposed.unit_uid AS unit_uid, any(exposed.first) AS first, any(exposed.seen) AS seen, any(exposed.labels) AS labels${selected}
  FROM happened RIGHT JOIN exposed ON happened.unit_uid = exposed.unit_uid${where}
  GROUP BY exposed.unit_uid
)`;
}
