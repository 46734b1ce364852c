import type { ByteWriter } from './byte-writer.ts';
import type { EventItem, ExposureItem, ItemHead } from './item.ts';

/**
 * The layout of encoded rows, written into every spool segment: a segment of another program version is inserted under the
 * columns that it was written with. A change of columns is a new number here, and the old one stays.
 */
export const currentRowLayout = 1;

/** Columns in the order in which rows are encoded, by layout. */
export const rowLayouts: Readonly<Record<number, { readonly event: readonly string[]; readonly exposure: readonly string[] }>> = {
  1: {
    event: ['environment_id', 'accepted_at', 'skew_ms', 'item_id', 'at', 'units', 'event', 'value', 'properties'],
    exposure: [
      'environment_id',
      'accepted_at',
      'skew_ms',
      'item_id',
      'at',
      'units',
      'flag',
      'variant',
      'rule',
      'split',
      'iteration_id',
      'holdout',
    ],
  },
};

const nilUuid = '00000000-0000-0000-0000-000000000000';

/** @param batch - the columns that are the same for all items of a batch, encoded once: see `writeBatchColumns` */
export function writeEventRow(out: ByteWriter, batch: Uint8Array, item: EventItem): void {
  writeHead(out, batch, item.head);
  out.text(item.key);
  out.float64(item.value);
  out.text(item.properties);
}

export function writeExposureRow(out: ByteWriter, batch: Uint8Array, item: ExposureItem): void {
  writeHead(out, batch, item.head);
  out.text(item.flag);
  out.text(item.variant);
  out.text(item.rule);
  out.text(item.split);
  out.uuid(item.iterationId === '' ? nilUuid : item.iterationId);
  out.text(item.holdout);
}

export function writeBatchColumns(out: ByteWriter, environmentId: string, acceptedAtMs: number, skewMs: number): void {
  out.uuid(environmentId);
  out.int64(acceptedAtMs);
  out.int64(skewMs);
}

function writeHead(out: ByteWriter, batch: Uint8Array, head: ItemHead): void {
  out.bytes(batch);
  out.uuid(head.id);
  out.int64(head.atMs);
  out.varuint(head.kinds.length);
  for (const kind of head.kinds) {
    out.text(kind);
    out.text(head.context[kind] as string);
  }
}
