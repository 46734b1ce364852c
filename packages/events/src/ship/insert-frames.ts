import type { EventStore } from '@stitchd/db/clickhouse';
import type { EncodedItems, EncodedSection } from '../items/encoded-items.ts';
import { columnsOf } from '../items/item-tables.ts';

/**
 * Inserts the rows of some batches, those of a table in one insert.
 * @param token - the same for the same batches, always
 * @throws EventStoreFailure; what was inserted before it is skipped when the same is tried again
 */
export async function insertFrames(
  store: EventStore,
  frames: readonly Pick<EncodedItems, 'sections'>[],
  token: string,
): Promise<void> {
  const inserts = new Map<string, EncodedSection[]>();
  for (const { sections } of frames)
    for (const section of sections) {
      const name = `${section.table}:${section.layout}`;
      const same = inserts.get(name);
      if (same === undefined) inserts.set(name, [section]);
      else same.push(section);
    }
  for (const [name, sections] of inserts) await insertSections(store, sections, `${token}:${name}`);
}

/** @param sections - of one table, in one layout */
async function insertSections(store: EventStore, sections: readonly EncodedSection[], token: string): Promise<void> {
  const [{ table, layout } = { table: '', layout: 0 }] = sections;
  const columns = columnsOf(table, layout);
  if (columns === undefined) throw new Error(`there is no layout ${layout} of the table ${table}`);
  // One piece: each chunk of a stream costs more than copying it.
  const rows = Buffer.concat(sections.map(({ bytes }) => bytes));
  await store.insertBinary(table, columns, [rows], { token });
}
