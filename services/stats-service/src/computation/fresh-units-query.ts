import type { JobBounds } from '@stitchd/db/stats';
import { exposedUnits } from './exposed-sql.ts';
import { isFreshEvent, isInTime, listed, type FreshUnits } from './fresh-units.ts';
import { atMs, countedEvents, isOneOf, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { eventsStoredSinceOf, planParameters, plannedMetrics } from './plan-parameters.ts';
import { storeTime } from './query.ts';
import { allColumns, unitColumns, type UnitColumns } from './unit-columns.ts';
import { nothingHappened, recentFrom, recentItems, type UnitsQuery } from './units-query.ts';
import { merges, mergedSlots, slotArrays, slotExpressions } from './unit-slots.ts';

/**
 * Rows of units as they are after what is new: of those that have one, with it added; of the others, made from all their events. One
 * statement serves both, since planning one takes the engine longer than running it. An item that is in a row already has no event
 * here, and stays recent.
 */
export function freshUnitsQuery(
  plan: ComputationPlan,
  bounds: JobBounds,
  hash: string,
  { storedFrom, added, whole, wholeFirstMs }: FreshUnits & { readonly storedFrom: string },
): UnitsQuery {
  const columns = unitColumns(plan);
  const all = allColumns(columns);
  const exposed = exposedUnits(plan, { readSet: named('whole') });
  const merged = merges.map((merge) => {
    const { column, type } = slotArrays[merge];
    const gained = `CAST([${slotExpressions(all, merge).join(', ')}], '${type}')`;
    return `${mergedSlots(merge, `any(exposed.${column})`, gained)} AS ${column}`;
  });
  const parts = [
    ...(added.length === 0 ? [] : [addedParts(plan, columns, added)]),
    ...(whole.length === 0 ? [] : [wholeParts(plan, columns, whole, exposed.sql)]),
  ];
  return {
    ctes: [
      ...parts.map(({ cte }) => cte),
      `exposed AS (\n  ${parts.map((part) => part.exposed).join('\n  UNION ALL\n  ')}\n)`,
      `happened AS (\n  ${parts.map((part) => part.happened).join('\n  UNION ALL\n  ')}\n)`,
      `measured AS (
  SELECT exposed.unit_uid AS unit_uid, any(exposed.first) AS first, any(exposed.seen) AS seen, any(exposed.labels) AS labels,
    ${merged.join(',\n    ')},
    ${recentItems}
  FROM happened RIGHT JOIN exposed ON happened.unit_uid = exposed.unit_uid
  GROUP BY exposed.unit_uid
)`,
    ],
    columns,
    parameters: {
      ...planParameters(plan, bounds),
      // What happened before their time with history is not theirs: the longer an experiment runs, the more of its events that spares.
      eventsStoredSince: eventsStoredSinceOf(plan, Math.max(Date.parse(bounds.from), wholeFirstMs ?? 0)),
      ...exposed.parameters,
      ...columns.parameters,
      plan: hash,
      storedFrom: storeTime(storedFrom),
      recentFrom: recentFrom(bounds),
    },
  };
}

type FreshPart = 'added' | 'whole';

const named = (part: FreshPart): string => `SELECT unit_uid FROM ${part}`;
const slots = merges.map((merge) => slotArrays[merge].column);

/** What is new of units that have a row, and their rows. */
function addedParts(plan: ComputationPlan, { readsProperties }: UnitColumns, added: FreshUnits['added']) {
  const properties = readsProperties ? ', properties' : '';
  return {
    cte: `added AS (${listed(added.map(({ uid }) => uid))})`,
    exposed: `SELECT uid AS unit_uid, first_exposure AS first, intDiv(first, 256) AS first_ms, arms_seen AS seen,
    CAST(labels, 'Array(String)') AS labels, ${slots.join(', ')}
  FROM experiment_unit FINAL
  WHERE environment_id = {environmentId:UUID} AND iteration_id = {iterationId:UUID} AND plan = {plan:UInt64} AND uid IN (${named('added')})`,
    happened: `SELECT * FROM (
    SELECT ${unitUid(plan, 'item')} AS unit_uid, item_id, stored_at, if(has(${metItems(added)}, item_id), '', toString(event)) AS event,
      value${properties}, ${atMs('item')} AS at_ms
    FROM event AS item
    WHERE ${isFreshEvent} AND ${isOneOf(plan, 'item', named('added'))} AND ${isInTime}
    ORDER BY copy_rank DESC LIMIT 1 BY item_id
  )`,
  };
}

/** All events of units that have no row yet, or one that is to be made anew, with empty slots. */
function wholeParts(plan: ComputationPlan, columns: UnitColumns, whole: FreshUnits['whole'], exposed: string) {
  const properties = columns.readsProperties ? ['properties'] : [];
  const empty = merges.map((merge) => {
    const { column, type, empty: nothing } = slotArrays[merge];
    const places = slotExpressions(allColumns(columns), merge).length;
    return `CAST(arrayWithConstant(${places}, ${nothing}), '${type}') AS ${column}`;
  });
  const counted = countedEvents(plan, properties, [], { few: isOneOf(plan, 'copy', named('whole')) });
  return {
    cte: `whole AS (${listed(whole)})`,
    exposed: `SELECT unit_uid, toUInt64(exposure.first) AS first, intDiv(first, 256) AS first_ms, seen, labels, ${empty.join(', ')}
  FROM (${exposed}) AS exposure`,
    happened:
      plannedMetrics(plan).length === 0
        ? nothingHappened
        : `SELECT unit_uid, item_id, stored_at, toString(event) AS event, ${['value', ...properties].join(', ')}, at_ms
  FROM ${counted} AND unit_uid IN (${named('whole')})`,
  };
}

/** Ids as the event store printed them; anything else would be text in a statement. */
function metItems(units: FreshUnits['added']): string {
  const ids = units.flatMap(({ met }) => met);
  if (ids.some((id) => !/^[0-9a-f-]{36}$/.test(id))) throw new TypeError('an id that is no UUID');
  return `CAST([${ids.map((id) => `'${id}'`).join(', ')}], 'Array(UUID)')`;
}
