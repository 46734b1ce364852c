import type { EventTally, JobBounds } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import { ask, type Asking } from './asking.ts';
import type { StreamFigures } from './figures.ts';
import { atMs, storedUntil, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters } from './plan-parameters.ts';
import { storeTime, type Query } from './query.ts';

const environment = 'environment_id = {environmentId:UUID}';
const hourMs = 3_600_000;
const hourOf = (ms: number): number => Math.floor(ms / hourMs) * hourMs;

/**
 * How events came of late, by hour of storing: figures of health, so of the last day that the results cover and the hour in which it
 * began, and copies are not looked for.
 * @param kept - what the last computation found, of which hours that were over by then are not asked for again
 */
export async function countStream(
  asking: Asking,
  hasLinks: boolean,
  kept: { readonly tallies: readonly EventTally[]; readonly storedFrom: string } | undefined,
): Promise<readonly EventTally[]> {
  const { plan, bounds } = asking;
  const dayFrom = hourOf(Date.parse(bounds.dataUntil) - statsLimits.linkedShareMs);
  const tallies = kept?.tallies ?? [];
  const areOfThisProgram = tallies.every(({ sinceStart }) => sinceStart !== undefined);
  // Whose keys are linked may be known later than the event.
  const isAnew = kept === undefined || hasLinks || !areOfThisProgram;
  const settledUntil = isAnew ? dayFrom : hourOf(Date.parse(kept.storedFrom));
  const settled = tallies.filter(({ hourMs: hour }) => hour >= dayFrom && hour < settledUntil);
  const from = new Date(Math.max(dayFrom, settledUntil)).toISOString();
  return [...settled, ...(await ask<EventTally>(asking, streamQuery(plan, bounds, hasLinks, from)))];
}

function streamQuery(plan: ComputationPlan, bounds: JobBounds, hasLinks: boolean, storedFrom: string): Query {
  const lacks = `${unitUid(plan, 'item')} = 0`;
  const keys = 'arrayConcat([(unit_kind, uid)], arrayZip(mapKeys(other_uids), mapValues(other_uids)))';
  const known = `SELECT kind, uid FROM identity_link WHERE ${environment} AND other_kind = {unitKind:String}`;
  const linked = hasLinks ? `countIf(${lacks} AND arrayExists(key -> key IN (${known}), ${keys}))` : '0';
  const isSinceStart = `${atMs('item')} >= toUnixTimestamp64Milli({startedAt:DateTime64(3, 'UTC')})`;
  return {
    sql: `SELECT event, toUnixTimestamp(toStartOfHour(stored_at)) * 1000 AS hourMs, count() AS items, countIf(${lacks}) AS withoutUnit, ${linked} AS linked,
  countIf(${isSinceStart}) AS sinceStart, countIf(${isSinceStart} AND toUnixTimestamp64Milli(stored_at) - (${atMs('item')}) > {lateMs:Int64}) AS late, max(${atMs('item')}) AS lastMs
FROM event AS item
WHERE ${environment} AND event IN {events:Array(String)} AND stored_at >= {storedFrom:DateTime64(3, 'UTC')} AND ${storedUntil}
GROUP BY event, hourMs ORDER BY event, hourMs`,
    parameters: {
      ...planParameters(plan, bounds),
      storedFrom: storeTime(storedFrom),
      startedAt: storeTime(plan.startedAt),
      lateMs: statsLimits.lateMs,
    },
  };
}

export function streamFigures(rows: readonly EventTally[]): StreamFigures {
  const sum = (name: 'items' | 'withoutUnit' | 'linked' | 'sinceStart' | 'late'): number =>
    rows.reduce((total, row) => total + (row[name] ?? 0), 0);
  const sinceStart = sum('sinceStart');
  const byEvent: Record<string, number> = {};
  for (const row of rows) byEvent[row.event] = row.items + (byEvent[row.event] ?? 0);
  return {
    items: sum('items'),
    sinceStart,
    withoutUnit: sum('withoutUnit'),
    linked: sum('linked'),
    lateShare: sinceStart === 0 ? 0 : sum('late') / sinceStart,
    byEvent,
  };
}
