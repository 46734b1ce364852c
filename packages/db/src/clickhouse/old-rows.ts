import type { EventStore } from './event-store.ts';
import { checkedEnvironment, tenantTables } from './tenant-filters.ts';

type AgedTable<Table> = Table extends keyof typeof tenantTables
  ? (typeof tenantTables)[Table]['agedFrom'] extends undefined
    ? never
    : Table
  : never;

/** A table whose rows go after the days that an environment says. */
export type RetainedTable = AgedTable<keyof typeof tenantTables>;

export const retainedTables = (Object.keys(tenantTables) as (keyof typeof tenantTables)[]).filter(
  (table): table is RetainedTable => tenantTables[table].agedFrom !== undefined,
);

/** How many rows of an environment are from before a moment, copies included. */
export async function countOldRows(
  store: EventStore,
  table: RetainedTable,
  { environmentId, beforeMs }: { readonly environmentId: string; readonly beforeMs: number },
): Promise<number> {
  const [found] = await store.query<{ rows: number }>({
    environmentId,
    sql: `SELECT count() AS rows FROM ${table} WHERE environment_id = {environmentId:UUID} AND ${tenantTables[table].agedFrom} < {beforeMs:Int64}`,
    params: { beforeMs },
  });
  return Number(found?.rows ?? 0);
}

/** A condition that is true of the rows from before its own moment of each of some environments. */
export function olderRows(
  table: RetainedTable,
  bounds: readonly { readonly environmentId: string; readonly beforeMs: number }[],
): string {
  if (bounds.length === 0) throw new RangeError('old rows are those of some environment');
  return bounds
    .map(({ environmentId, beforeMs }) => {
      if (!Number.isSafeInteger(beforeMs)) throw new RangeError('a moment is a whole number of milliseconds');
      return `(environment_id = toUUID('${checkedEnvironment(environmentId)}') AND ${tenantTables[table].agedFrom} < ${beforeMs})`;
    })
    .join(' OR ');
}
