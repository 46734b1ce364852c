import { ByteWriter } from './byte-writer.ts';
import { checkItem, type ItemRules } from './check-item.ts';
import { itemLimits } from './item-limits.ts';
import { writeBatchColumns, writeEventRow, writeExposureRow } from './item-rows.ts';
import type { Rejection } from './item.ts';

/** Rows of one table, encoded as RowBinary in the current layout. */
export interface EncodedRows {
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** What was taken of a batch, ready to be stored. */
export interface EncodedItems {
  readonly environmentId: string;
  readonly events: EncodedRows;
  readonly exposures: EncodedRows;
}

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
}

// The work is synchronous, so one pair of buffers serves all batches; what leaves is copied.
const events = new ByteWriter();
const exposures = new ByteWriter();
const batchColumns = new ByteWriter();

/**
 * Rows below this can't come from an item above the limit: text shrinks at most sixfold from JSON (`\u0001` is one byte), and
 * the rest of an item is small.
 */
const certainlySmallRow = 4_096;

/**
 * Checks every item of a batch and encodes those that are right.
 * @param unpackedBytes - of the whole body: what fits an item as a whole needs no measuring
 */
export function encodeItems(
  inputs: readonly unknown[],
  batch: { readonly environmentId: string; readonly unpackedBytes: number; readonly rules: ItemRules },
): CheckedBatch {
  events.clear();
  exposures.clear();
  batchColumns.clear();
  writeBatchColumns(batchColumns, batch.environmentId, batch.rules.times.arrivalMs, batch.rules.times.skewMs);
  const ids: string[] = [];
  const rejected: RejectedItem[] = [];
  const rows = { event: 0, exposure: 0 };
  inputs.forEach((input, index) => {
    const checked = checkItem(input, batch.rules);
    const rejection = checked.kind === 'rejected' ? checked.rejection : undefined;
    if (checked.kind === 'ok') {
      const { item } = checked;
      const out = item.type === 'event' ? events : exposures;
      const before = out.length;
      if (item.type === 'event') writeEventRow(out, batchColumns.written, item);
      else writeExposureRow(out, batchColumns.written, item);
      if (isTooLarge(input, out.length - before, batch.unpackedBytes)) {
        out.cutTo(before);
        rejected.push({ index, id: item.head.id, ...tooLarge });
        return;
      }
      rows[item.type]++;
      ids.push(item.head.id);
    }
    if (rejection !== undefined) rejected.push({ index, id: idOf(input), ...rejection });
  });
  return {
    items: {
      environmentId: batch.environmentId,
      events: { rows: rows.event, bytes: Uint8Array.from(events.written) },
      exposures: { rows: rows.exposure, bytes: Uint8Array.from(exposures.written) },
    },
    ids,
    rejected,
  };
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
