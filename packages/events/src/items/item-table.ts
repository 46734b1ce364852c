import type { BatchFacts } from './batch-facts.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { Item } from './item.ts';

/** A table that checked items become rows of: its one declaration. */
export interface ItemTable<Kind extends Item = Item> {
  readonly name: string;
  /** Its rows are no items of their own: nobody waits for them, and they count nowhere. */
  readonly isAside?: boolean;
  /**
   * Columns in the order in which rows are encoded, by layout. The number of a layout is written beside the rows in the spool: a
   * segment of another program version is inserted under the columns that it was written with. A change of columns is a new
   * number here, and the old one stays.
   */
  readonly layouts: Readonly<Record<number, readonly string[]>>;
  /** The layout that `write` writes. */
  readonly layout: number;
  /**
   * Writes an item's rows; answers how many.
   * @param batch - the columns that are the same for all items of a batch, encoded once: see `writeBatchColumns`
   */
  readonly write: (out: ByteWriter, batch: Uint8Array, item: Kind, facts: BatchFacts) => number;
}
