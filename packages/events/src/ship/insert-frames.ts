import type { EventStore } from '@stitchd/db/clickhouse';
import { rowLayouts } from '../items/item-rows.ts';

interface TableRows {
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/**
 * Inserts the rows of some batches, events and exposures each in one insert.
 * @param token - the same for the same batches, always
 * @throws EventStoreFailure; what was inserted before it is skipped when the same is tried again
 */
export async function insertFrames(
  store: EventStore,
  rowLayout: number,
  frames: readonly { readonly events: TableRows; readonly exposures: TableRows }[],
  token: string,
): Promise<void> {
  const columns = rowLayouts[rowLayout];
  if (columns === undefined) throw new Error(`there is no row layout ${rowLayout}`);
  await insertTable(
    store,
    'event',
    columns.event,
    frames.map(({ events }) => events),
    `${token}:event`,
  );
  await insertTable(
    store,
    'exposure',
    columns.exposure,
    frames.map(({ exposures }) => exposures),
    `${token}:exposure`,
  );
}

async function insertTable(
  store: EventStore,
  table: string,
  columns: readonly string[],
  parts: readonly TableRows[],
  token: string,
): Promise<void> {
  const filled = parts.filter(({ rows }) => rows > 0).map(({ bytes }) => bytes);
  // One piece: each chunk of a stream costs more than copying it.
  if (filled.length > 0) await store.insertBinary(table, columns, [Buffer.concat(filled)], { token });
}
