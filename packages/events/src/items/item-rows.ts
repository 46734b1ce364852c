import type { ByteWriter } from './byte-writer.ts';
import type { BatchFacts } from './batch-facts.ts';
import type { ItemHead } from './item.ts';

/** The columns that begin every row of an event or exposure, by layout of rows: see `ItemTable`. */
export const headColumns = {
  1: ['environment_id', 'accepted_at', 'skew_ms', 'item_id', 'at', 'units'],
} as const;

/** What a batch's rows begin with. */
export function writeBatchColumns(out: ByteWriter, { environmentId, rules: { times } }: BatchFacts): void {
  out.uuid(environmentId);
  out.int64(times.arrivalMs);
  out.int64(times.skewMs);
}

/** @param batch - what `writeBatchColumns` wrote */
export function writeHead(out: ByteWriter, batch: Uint8Array, head: ItemHead): void {
  out.bytes(batch);
  out.uuid(head.id);
  out.int64(head.atMs);
  out.varuint(head.kinds.length);
  for (const kind of head.kinds) {
    out.text(kind);
    out.text(head.context[kind] as string);
  }
}
