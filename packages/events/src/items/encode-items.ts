import type { BatchFacts } from './batch-facts.ts';
import { ByteWriter } from './byte-writer.ts';
import { checkItem } from './check-item.ts';
import type { EncodedItems, EncodedSection } from './encoded-items.ts';
import { itemLimits } from './item-limits.ts';
import { writeBatchColumns } from './item-rows.ts';
import type { ItemTable } from './item-table.ts';
import { itemTables } from './item-tables.ts';
import type { Item, Rejection } from './item.ts';
import { encodeRejections, type RefusedInput } from './rejected-item-table.ts';

export interface RejectedItem extends Rejection {
  /** Its place in the batch, from 0. */
  readonly index: number;
  /** As it came; empty where it is no text. */
  readonly id: string;
}

export interface CheckedBatch {
  readonly items: EncodedItems;
  /** Ids of the items that were taken. */
  readonly ids: readonly string[];
  readonly rejected: readonly RejectedItem[];
  /** Of those that were taken: events that nobody has defined. */
  readonly quarantined: readonly QuarantinedItem[];
}

/** An item that is kept aside until its event is defined. */
export interface QuarantinedItem {
  readonly index: number;
  readonly id: string;
  readonly eventKey: string;
}

/** Rows of one table that are being gathered. */
interface Gathered {
  readonly table: ItemTable;
  readonly out: ByteWriter;
  rows: number;
  /** Of the last item. */
  written: number;
  writtenBytes: number;
}

// The work is synchronous, so one buffer for each table serves all batches; what leaves is copied.
const gathered = Object.fromEntries(
  Object.entries(itemTables).map(([type, tables]) => [
    type,
    tables.map((table) => ({ table: table as ItemTable, out: new ByteWriter(), rows: 0, written: 0, writtenBytes: 0 })),
  ]),
) as unknown as Readonly<Record<keyof typeof itemTables, readonly Gathered[]>>;
const allGathered = Object.values(gathered).flat();
const batchColumns = new ByteWriter();
const refusals = new ByteWriter();

/**
 * Rows below this can't come from an item above the limit: text shrinks at most sixfold from JSON (`\u0001` is one byte), and
 * the rest of an item is small.
 */
const certainlySmallRow = 4_096;

/** Checks every item of a batch and encodes those that are right. */
export function encodeItems(inputs: readonly unknown[], batch: BatchFacts): CheckedBatch {
  for (const each of allGathered) {
    each.out.clear();
    each.rows = 0;
  }
  batchColumns.clear();
  writeBatchColumns(batchColumns, batch);
  const ids: string[] = [];
  const rejected: RejectedItem[] = [];
  const refused: RefusedInput[] = [];
  const quarantined: QuarantinedItem[] = [];
  const places = batch.rules.quarantinePlaces ?? 0;
  const columns = batchColumns.written;
  let facts = batch;
  let index = -1;
  for (const input of inputs) {
    index++;
    const taken = take(input, facts, columns);
    if ('code' in taken) {
      const id = idOf(input);
      rejected.push({ index, id, ...taken });
      refused.push({ input, id, rejection: taken });
      continue;
    }
    ids.push(taken.head.id);
    if (taken.type !== 'quarantined-event') continue;
    quarantined.push({ index, id: taken.head.id, eventKey: taken.key });
    facts = { ...batch, rules: { ...batch.rules, quarantinePlaces: places - quarantined.length } };
  }
  const sections = takeSections();
  if (refused.length > 0) sections.push(encodeRejections(refusals, refused, batch));
  return { items: { environmentId: batch.environmentId, sections }, ids, rejected, quarantined };
}

/** @returns the item whose rows were written, or why they were not */
function take(input: unknown, batch: BatchFacts, columns: Uint8Array): Item | Rejection {
  const checked = checkItem(input, batch.rules);
  if (checked.kind === 'rejected') return checked.rejection;
  const { item } = checked;
  let bytes = 0;
  for (const each of gathered[item.type]) {
    const before = each.out.length;
    each.written = each.table.write(each.out, columns, item, batch);
    each.rows += each.written;
    each.writtenBytes = each.out.length - before;
    bytes += each.writtenBytes;
  }
  if (!isTooLarge(input, bytes, batch.unpackedBytes)) return item;
  for (const each of gathered[item.type]) {
    each.out.cutTo(each.out.length - each.writtenBytes);
    each.rows -= each.written;
  }
  return tooLarge;
}

function takeSections(): EncodedSection[] {
  return allGathered
    .filter(({ rows }) => rows > 0)
    .map(({ table: { name, layout }, out, rows }) => ({ table: name, layout, rows, bytes: new Uint8Array(out.written) }));
}

const tooLarge: Rejection = { code: 'ITEM_TOO_LARGE', message: `The item is larger than ${itemLimits.itemBytes} bytes.` };

function isTooLarge(input: unknown, rowBytes: number, unpackedBytes: number): boolean {
  if (unpackedBytes <= itemLimits.itemBytes || rowBytes <= certainlySmallRow) return false;
  return Buffer.byteLength(JSON.stringify(input)) > itemLimits.itemBytes;
}

const longestIdShown = 100;

function idOf(input: unknown): string {
  const id = typeof input === 'object' && input !== null ? (input as { readonly id?: unknown }).id : undefined;
  return typeof id === 'string' ? id.slice(0, longestIdShown) : '';
}
