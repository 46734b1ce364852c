import type { JobBounds } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import { storedUntil, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters } from './plan-parameters.ts';
import { storeTime, type Query } from './query.ts';

/** How the experiment's events of the last day name its kind of unit. */
export interface LinkedShare {
  readonly items: number;
  /** Without a key of the unit's kind. */
  readonly withoutUnit: number;
  /** Of those, the ones whose keys belong to some unit of the kind. */
  readonly linked: number;
}

/** A figure of health, so of late: the last day that the results cover, and copies are not looked for. */
export function linkedShareQuery(plan: ComputationPlan, bounds: JobBounds, hasLinks: boolean): Query {
  const lacks = `${unitUid(plan, 'item')} = 0`;
  const keys = 'arrayConcat([(unit_kind, uid)], arrayZip(mapKeys(other_uids), mapValues(other_uids)))';
  const known = `SELECT kind, uid FROM identity_link WHERE environment_id = {environmentId:UUID} AND other_kind = {unitKind:String}`;
  const linked = hasLinks ? `countIf(${lacks} AND arrayExists(key -> key IN (${known}), ${keys}))` : '0';
  return {
    sql: `SELECT count() AS items, countIf(${lacks}) AS withoutUnit, ${linked} AS linked
FROM event AS item
WHERE environment_id = {environmentId:UUID} AND event IN {events:Array(String)} AND stored_at >= {lastDay:DateTime64(3, 'UTC')} AND ${storedUntil}`,
    parameters: { ...planParameters(plan, bounds), lastDay: storeTime(bounds.dataUntil, -statsLimits.linkedShareMs) },
  };
}
