import { setTimeout as wait } from 'node:timers/promises';
import { EventStoreFailure } from './errors.ts';
import type { EventStore } from './event-store.ts';
import { clickhouseLimits } from './limits.ts';
import { localTable, type TenantTable } from './tenant-filters.ts';

/**
 * Deletes rows of a tenant table for good: their parts are written anew without them. A lightweight delete would only hide them
 * until the engine gets round to it, and is refused where a table has a projection. It costs as much for a thousand units as for
 * one: callers gather.
 *
 * @param where - names the environment or environments. The engine keeps the text for a while: no key of a unit may be in it
 * @throws EventStoreFailure, also where the engine can not do it for now; the deletion then goes on, or is repeated
 */
export async function deleteRows(
  store: EventStore,
  { table, where, signal }: { readonly table: TenantTable; readonly where: string; readonly signal: AbortSignal },
): Promise<void> {
  await store.command(deletionStatement(table, where, store.cluster), { settings: { mutations_sync: 0 } });
  for (;;) {
    const { unfinished, failing } = await unfinishedDeletions(store, table);
    if (unfinished === 0) return;
    if (failing > 0)
      throw new EventStoreFailure({ kind: 'unavailable', reason: `rows of ${table} can not be deleted for now` }, undefined);
    await wait(clickhouseLimits.deletionPollMs, undefined, { signal });
  }
}

/** On a cluster every shard deletes its own. */
export function deletionStatement(table: TenantTable, where: string, cluster: string | undefined): string {
  const target = cluster === undefined ? table : `${localTable(table)} ON CLUSTER \`${cluster}\``;
  return `ALTER TABLE ${target} DELETE WHERE ${where}`;
}

/** How many deletions of a table are under way, whoever began them. */
export async function unfinishedDeletions(
  store: EventStore,
  table: TenantTable,
): Promise<{ readonly unfinished: number; readonly failing: number }> {
  const [found] = await store.systemQuery<{ unfinished: number; failing: number }>(
    `SELECT toUInt32(count()) AS unfinished, toUInt32(countIf(latest_fail_reason != '')) AS failing
     FROM ${mutationsOf(store.cluster)} WHERE database = currentDatabase() AND table = {table:String} AND NOT is_done`,
    { table: store.cluster === undefined ? table : localTable(table) },
  );
  return found ?? { unfinished: 0, failing: 0 };
}

export function mutationsOf(cluster: string | undefined): string {
  return cluster === undefined ? 'system.mutations' : `clusterAllReplicas('${cluster}', system.mutations)`;
}
