import type { JobBounds } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import type { StreamFigures } from './figures.ts';
import { atMs, storedUntil, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters } from './plan-parameters.ts';
import { storeTime, type Query } from './query.ts';

const environment = 'environment_id = {environmentId:UUID}';
const lastDay = "stored_at >= {lastDay:DateTime64(3, 'UTC')}";

export interface StreamRow {
  readonly event: string;
  readonly items: number;
  readonly withoutUnit: number;
  readonly linked: number;
  readonly late: number;
  readonly lastMs: number;
}

/** How events came of late: figures of health, so of the last day that the results cover, and copies are not looked for. */
export function streamQuery(plan: ComputationPlan, bounds: JobBounds, hasLinks: boolean): Query {
  const lacks = `${unitUid(plan, 'item')} = 0`;
  const keys = 'arrayConcat([(unit_kind, uid)], arrayZip(mapKeys(other_uids), mapValues(other_uids)))';
  const known = `SELECT kind, uid FROM identity_link WHERE ${environment} AND other_kind = {unitKind:String}`;
  const linked = hasLinks ? `countIf(${lacks} AND arrayExists(key -> key IN (${known}), ${keys}))` : '0';
  return {
    sql: `SELECT event, count() AS items, countIf(${lacks}) AS withoutUnit, ${linked} AS linked,
  countIf(toUnixTimestamp64Milli(stored_at) - (${atMs('item')}) > {lateMs:Int64}) AS late, max(${atMs('item')}) AS lastMs
FROM event AS item
WHERE ${environment} AND event IN {events:Array(String)} AND ${lastDay} AND ${storedUntil}
GROUP BY event ORDER BY event`,
    parameters: {
      ...planParameters(plan, bounds),
      lastDay: storeTime(bounds.dataUntil, -statsLimits.linkedShareMs),
      lateMs: statsLimits.lateMs,
    },
  };
}

export function streamFigures(rows: readonly StreamRow[]): StreamFigures {
  const sum = (name: 'items' | 'withoutUnit' | 'linked' | 'late'): number => rows.reduce((total, row) => total + row[name], 0);
  const items = sum('items');
  return {
    items,
    withoutUnit: sum('withoutUnit'),
    linked: sum('linked'),
    lateShare: items === 0 ? 0 : sum('late') / items,
    byEvent: Object.fromEntries(rows.map((row) => [row.event, row.items])),
  };
}
