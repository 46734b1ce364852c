import type { EventStore } from '@stitchd/db/clickhouse';
import { linkingTables, linkRows, type LinkingTable } from './link-rows.ts';

/** A step of a rebuild that is done. */
export type RebuildProgress =
  | { readonly kind: 'links'; readonly table: LinkingTable; readonly month: string; readonly done: number; readonly of: number }
  | {
      /** Their rows are gone. Nothing is computed here: results are as they were until each experiment's next computation. */
      readonly kind: 'units';
      readonly left: 'results';
    };

/**
 * Makes what is derived from raw items anew: the links between keys, month by month, and the rows of experiments' units, which
 * are emptied so that each experiment's next computation makes them from all items.
 *
 * It may be ended and begun again at any time: a link that is written twice is one, and new items make theirs meanwhile.
 *
 * @throws EventStoreFailure
 */
export async function rebuildDerived(store: EventStore, onProgress: (progress: RebuildProgress) => void): Promise<void> {
  const parts: { readonly table: LinkingTable; readonly month: string }[] = [];
  for (const table of linkingTables) for (const month of await monthsOf(store, table)) parts.push({ table, month });
  for (const [index, { table, month }] of parts.entries()) {
    const inMonth = `toYYYYMM(UUIDv7ToDateTime(item_id, 'UTC')) = ${Number(month)}`;
    await store.command(`INSERT INTO identity_link ${linkRows(table, inMonth)}`, { seconds: rebuildSeconds, settings });
    onProgress({ kind: 'links', table, month, done: index + 1, of: parts.length });
  }
  const onCluster = store.cluster === undefined ? '' : `_local ON CLUSTER \`${store.cluster}\``;
  await store.command(`TRUNCATE TABLE experiment_unit${onCluster}`);
  onProgress({ kind: 'units', left: 'results' });
}

/** One month of one table. */
const rebuildSeconds = 1_800;

const settings = {
  // Links that an earlier rebuild wrote may be gone since: the same rows again have to be written again.
  insert_deduplicate: 0,
  // Grouping a large month goes to disk instead of failing.
  max_bytes_before_external_group_by: 512 * 1_024 ** 2,
};

/** The months that a table has parts of, as `202611`; of every server of a cluster. */
async function monthsOf(store: EventStore, table: string): Promise<readonly string[]> {
  const [parts, name] =
    store.cluster === undefined
      ? ['system.parts', table]
      : [`clusterAllReplicas('${store.cluster}', system.parts)`, `${table}_local`];
  const rows = await store.systemQuery<{ partition: string }>(
    `SELECT DISTINCT partition FROM ${parts} WHERE database = currentDatabase() AND table = {table:String} AND active ORDER BY partition`,
    { table: name },
  );
  return rows.map(({ partition }) => partition);
}
