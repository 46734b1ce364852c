import { distinctEvents } from '@stitchd/db/clickhouse';
import type { ComputationPlan } from './metric-plan.ts';

/** A user is always the unit by which rows lie together, so that the other keys need not be read. */
export function unitUid({ unitKind }: Pick<ComputationPlan, 'unitKind'>, row: string): string {
  return unitKind === 'user'
    ? `if(${row}.unit_kind = 'user', ${row}.uid, 0)`
    : `if(${row}.unit_kind = {unitKind:String}, ${row}.uid, ${row}.other_uids[{unitKind:String}])`;
}

/** Rows of some units; `set` is a subquery of their hashes. */
export function isOneOf({ unitKind }: Pick<ComputationPlan, 'unitKind'>, row: string, set: string): string {
  return unitKind === 'user'
    ? `${row}.uid IN (${set})`
    : `(${row}.uid IN (${set}) OR ${row}.other_uids[{unitKind:String}] IN (${set}))`;
}

/** Nothing is stored before it happens: this spares old parts and splits no item's copies. */
export const storedSince = "stored_at >= {storedSince:DateTime64(3, 'UTC')}";

export const eventsStoredSince = "stored_at >= {eventsStoredSince:DateTime64(3, 'UTC')}";

export const storedUntil = "stored_at <= {dataUntil:DateTime64(3, 'UTC')}";

/** The hour in which an item was made, by which its copies lie together. */
export const madeIn = "toStartOfHour(UUIDv7ToDateTime(item_id, 'UTC'))";

/** When a row happened by our clock, in epoch milliseconds. */
export const atMs = (row: string): string => `toUnixTimestamp64Milli(${row}.at) + ${row}.skew_ms`;

export const fromMs = "toUnixTimestamp64Milli({from:DateTime64(3, 'UTC')})";
export const toMs = "toUnixTimestamp64Milli({to:DateTime64(3, 'UTC')})";
export const eventsFromMs = `(${fromMs} - {prePeriodMs:Int64})`;
export const eventsToMs = "toUnixTimestamp64Milli({eventsTo:DateTime64(3, 'UTC')})";

/**
 * Events that may count, each once.
 * @param columns - beside unit_uid, event, value and at_ms
 * @param few - a condition that leaves those of few units
 */
export function countedEvents(
  plan: Pick<ComputationPlan, 'unitKind'>,
  columns: readonly string[],
  where: readonly string[] = [],
  few: { readonly few?: string } = {},
): string {
  const source = distinctEvents({
    columns: ['event', 'value', 'stored_at', ...columns],
    expressions: { unit_uid: unitUid(plan, 'copy'), at_ms: atMs('copy') },
    where: ['event IN {events:Array(String)}', eventsStoredSince, ...where],
    ...few,
  });
  return `${source} AS item WHERE at_ms >= ${eventsFromMs} AND at_ms < ${eventsToMs} AND ${storedUntil}`;
}
