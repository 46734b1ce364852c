import { isAside } from './item-tables.ts';

/** Rows of one table, encoded as RowBinary in one of its layouts: see `ItemTable`. */
export interface EncodedSection {
  readonly table: string;
  readonly layout: number;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** What was taken of a batch, ready to be stored. */
export interface EncodedItems {
  readonly environmentId: string;
  /** One for each table that has rows. */
  readonly sections: readonly EncodedSection[];
}

/** How many items there are; what lies aside is not counted. */
export function rowsOf({ sections }: Pick<EncodedItems, 'sections'>): number {
  return sections.reduce((sum, { table, rows }) => (isAside(table) ? sum : sum + rows), 0);
}

export function bytesOf({ sections }: Pick<EncodedItems, 'sections'>): number {
  return sections.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
