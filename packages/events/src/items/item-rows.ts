import type { ByteWriter } from './byte-writer.ts';
import type { BatchFacts } from './batch-facts.ts';
import type { ItemHead } from './item.ts';

/** The columns that begin every row of an event or exposure, by layout of rows: see `ItemTable`. */
export const headColumns = {
  1: ['environment_id', 'accepted_at', 'skew_ms', 'item_id', 'at', 'units'],
  2: ['environment_id', 'accepted_at', 'skew_ms', 'sdk', 'sdk_version', 'item_id', 'at', 'units'],
} as const;

/** What a batch's rows begin with. */
export function writeBatchColumns(out: ByteWriter, { environmentId, rules: { times }, sdk }: BatchFacts): void {
  out.uuid(environmentId);
  out.int64(times.arrivalMs);
  out.int64(times.skewMs);
  out.text(sdk.name);
  out.text(sdk.version);
}

/** @param batch - what `writeBatchColumns` wrote */
export function writeHead(out: ByteWriter, batch: Uint8Array, head: ItemHead): void {
  out.bytes(batch);
  out.uuid(head.id);
  out.int64(head.atMs);
  writeMap(out, head.kinds, head.context);
}

/** A list of texts. */
export function writeList(out: ByteWriter, texts: readonly string[]): void {
  out.varuint(texts.length);
  for (const text of texts) out.text(text);
}

/** A map of texts. */
export function writeTexts(out: ByteWriter, texts: Readonly<Record<string, string>>): void {
  writeMap(out, Object.keys(texts), texts);
}

function writeMap(out: ByteWriter, names: readonly string[], texts: Readonly<Record<string, string>>): void {
  out.varuint(names.length);
  for (const name of names) {
    out.text(name);
    out.text(texts[name] as string);
  }
}
