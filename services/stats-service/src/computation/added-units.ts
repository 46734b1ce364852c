import type { JobBounds } from '@stitchd/db/stats';
import { isFreshEvent, isInTime, listed, type AddedUnit } from './fresh-units.ts';
import { atMs, isOneOf, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters } from './plan-parameters.ts';
import { storeTime } from './query.ts';
import { allColumns, unitColumns } from './unit-columns.ts';
import { recentFrom, recentItems, type UnitsQuery } from './units-query.ts';
import { merges, mergedSlots, slotArrays, slotExpressions } from './unit-slots.ts';

/**
 * Rows of units with what is new of them added to what is known. An item that is in the row already has no event, and stays recent.
 */
export function addedUnitsQuery(
  plan: ComputationPlan,
  bounds: JobBounds,
  hash: string,
  { storedFrom, units }: { readonly storedFrom: string; readonly units: readonly AddedUnit[] },
): UnitsQuery {
  const columns = unitColumns(plan);
  const all = allColumns(columns);
  const slots = merges.map((merge) => slotArrays[merge].column).join(', ');
  const merged = merges.map((merge) => {
    const { column, type } = slotArrays[merge];
    const gained = `CAST([${slotExpressions(all, merge).join(', ')}], '${type}')`;
    return `${mergedSlots(merge, `any(exposed.${column})`, gained)} AS ${column}`;
  });
  const properties = columns.readsProperties ? ', properties' : '';
  return {
    ctes: [
      `written AS (${listed(units.map(({ uid }) => uid))})`,
      `exposed AS (
  SELECT uid AS unit_uid, first_exposure AS first, intDiv(first, 256) AS first_ms, arms_seen AS seen, labels, ${slots}
  FROM experiment_unit FINAL
  WHERE environment_id = {environmentId:UUID} AND iteration_id = {iterationId:UUID} AND plan = {plan:UInt64} AND uid IN (SELECT unit_uid FROM written)
)`,
      `happened AS (
  SELECT ${unitUid(plan, 'item')} AS unit_uid, item_id, stored_at, if(has(${metItems(units)}, item_id), '', toString(event)) AS event, value${properties},
    ${atMs('item')} AS at_ms
  FROM event AS item
  WHERE ${isFreshEvent} AND ${isOneOf(plan, 'item', 'SELECT unit_uid FROM written')} AND ${isInTime}
  ORDER BY copy_rank DESC LIMIT 1 BY item_id
)`,
      `measured AS (
  SELECT exposed.unit_uid AS unit_uid, any(exposed.first) AS first, any(exposed.seen) AS seen, any(exposed.labels) AS labels,
    ${merged.join(',\n    ')},
    ${recentItems}
  FROM happened INNER JOIN exposed ON happened.unit_uid = exposed.unit_uid
  GROUP BY exposed.unit_uid
)`,
    ],
    columns,
    parameters: {
      ...planParameters(plan, bounds),
      ...columns.parameters,
      plan: hash,
      storedFrom: storeTime(storedFrom),
      recentFrom: recentFrom(bounds),
    },
  };
}

/** Ids as the event store printed them; anything else would be text in a statement. */
function metItems(units: readonly AddedUnit[]): string {
  const ids = units.flatMap(({ met }) => met);
  if (ids.some((id) => !/^[0-9a-f-]{36}$/.test(id))) throw new TypeError('an id that is no UUID');
  return `CAST([${ids.map((id) => `'${id}'`).join(', ')}], 'Array(UUID)')`;
}
