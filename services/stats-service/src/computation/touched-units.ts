import { isOfPlan } from './exposure-source.ts';
import { storedUntil, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { storeTime, type Parameters } from './query.ts';

export interface TouchedUnits {
  readonly ctes: readonly string[];
  /** Subquery of the units whose rows are to be written anew. */
  readonly writeSet: string;
  /** Subquery of the units that have to be read for that. */
  readonly readSet: string;
  readonly parameters: Parameters;
}

const isNew = `stored_at >= {storedFrom:DateTime64(3, 'UTC')} AND ${storedUntil}`;
const environment = 'environment_id = {environmentId:UUID}';

/**
 * The units of which something new was stored: an exposure, an event, a link. A unit is computed anew as a whole, from all its
 * rows, so that neither copies nor late exposures nor the order of arrival make a difference.
 *
 * Where keys are linked, a new row of one unit can take an event from another: whoever shares a key with a touched unit is
 * written too, and to know whose the events of those are, whoever shares a key with them is read.
 */
export function touchedUnits(plan: ComputationPlan, hasLinks: boolean, storedFrom: string): TouchedUnits {
  const direct = [
    `SELECT ${unitUid(plan, 'item')} AS unit_uid FROM exposure AS item WHERE ${environment} AND ${isOfPlan(plan)} AND ${isNew}`,
    ...(plan.metrics.some(({ kind }) => kind === 'planned')
      ? [
          `SELECT ${unitUid(plan, 'item')} AS unit_uid FROM event AS item WHERE ${environment} AND event IN {events:Array(String)} AND ${isNew}`,
        ]
      : []),
  ];
  const parameters: Parameters = { storedFrom: storeTime(storedFrom) };
  if (!hasLinks)
    return {
      ctes: [`written AS (SELECT DISTINCT unit_uid FROM (${direct.join('\n  UNION ALL ')}) WHERE unit_uid != 0)`],
      writeSet: 'SELECT unit_uid FROM written',
      readSet: 'SELECT unit_uid FROM written',
      parameters,
    };
  const ctes = [
    `known AS (SELECT DISTINCT kind, uid, other_uid FROM identity_link WHERE ${environment} AND other_kind = {unitKind:String})`,
    `touched AS (
  SELECT DISTINCT unit_uid FROM (
    ${[...direct, ...throughLinks(plan)].join('\n    UNION ALL ')}
  ) WHERE unit_uid != 0
)`,
    `written AS (${withSharers('touched')})`,
    `consulted AS (${withSharers('written')})`,
  ];
  return { ctes, writeSet: 'SELECT unit_uid FROM written', readSet: 'SELECT unit_uid FROM consulted', parameters };
}

function throughLinks(plan: ComputationPlan): readonly string[] {
  const ofEvents = `SELECT known.other_uid AS unit_uid FROM known INNER JOIN (
      SELECT DISTINCT arrayJoin(arrayConcat([(unit_kind, uid)], arrayZip(mapKeys(other_uids), mapValues(other_uids)))) AS key
      FROM event AS item
      WHERE ${environment} AND event IN {events:Array(String)} AND ${isNew} AND ${unitUid(plan, 'item')} = 0
    ) AS fresh ON known.kind = fresh.key.1 AND known.uid = fresh.key.2`;
  const newLinks = `SELECT other_uid AS unit_uid FROM identity_link WHERE ${environment} AND other_kind = {unitKind:String}
      GROUP BY kind, uid, other_uid HAVING min(identity_link.stored_at) >= {storedFrom:DateTime64(3, 'UTC')}`;
  return plan.metrics.some(({ kind }) => kind === 'planned') ? [ofEvents, newLinks] : [newLinks];
}

/** Those units, and whoever is linked to a key that one of them is linked to. */
function withSharers(set: string): string {
  return `SELECT unit_uid FROM ${set} UNION DISTINCT
    SELECT other_uid AS unit_uid FROM known WHERE (kind, uid) IN (SELECT kind, uid FROM known WHERE other_uid IN (SELECT unit_uid FROM ${set}))`;
}
