import { isKey, isUuid } from '@stitchd/core';
import type { BatchFacts } from './batch-facts.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { EncodedSection } from './encoded-items.ts';
import { itemLimits } from './item-limits.ts';
import type { Item, Rejection } from './item.ts';

/** Why an item of a batch was not taken, with the item as it came. */
export interface RefusedInput {
  readonly input: unknown;
  readonly id: string;
  readonly rejection: Rejection;
}

export const rejectedItemTable = {
  name: 'rejected_item',
  isAside: true,
  layouts: {
    1: ['environment_id', 'accepted_at', 'sdk', 'sdk_version', 'item_id', 'type', 'key', 'code', 'message', 'items'],
  },
  layout: 1,
} as const;

interface Row {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly rejection: Rejection;
  items: number;
}

/** Items that are alike: how many have rows of their own, and the row of the others. */
interface Group {
  single: number;
  together: Row | undefined;
}

/**
 * Rows that say what of a batch was refused, and why: of items that are alike the first ones each, the others together. Keys
 * of units and properties are left out.
 */
export function encodeRejections(out: ByteWriter, refused: readonly RefusedInput[], batch: BatchFacts): EncodedSection {
  out.clear();
  const rows = rowsOf(refused);
  for (const { id, type, key, rejection, items } of rows) {
    out.uuid(batch.environmentId);
    out.int64(batch.rules.times.arrivalMs);
    out.text(batch.sdk.name);
    out.text(batch.sdk.version);
    out.text(id);
    out.text(type);
    out.text(key);
    out.text(rejection.code);
    out.text(rejection.message.slice(0, itemLimits.rejectionMessageCharacters));
    out.int32(items);
  }
  const { name: table, layout } = rejectedItemTable;
  return { table, layout, rows: rows.length, bytes: Uint8Array.from(out.written) };
}

function rowsOf(refused: readonly RefusedInput[]): readonly Row[] {
  const rows: Row[] = [];
  const groups = new Map<string, Group>();
  const groupOf = (name: string): Group => {
    const group = groups.get(name) ?? { single: 0, together: undefined };
    groups.set(name, group);
    return group;
  };
  for (const { input, id, rejection } of refused) {
    const { type, key } = whatOf(input);
    const name = `${rejection.code} ${type} ${key}`;
    // Beyond the limit keys are not told apart any more, only codes.
    const isKnown = groups.has(name) || groups.size < itemLimits.rejectionGroups;
    const group = groupOf(isKnown ? name : rejection.code);
    if (group.single < itemLimits.rejectionsAlike) {
      group.single++;
      rows.push({ id: isUuid(id) ? id : '', type, key, rejection, items: 1 });
    } else if (group.together === undefined) {
      rows.push((group.together = { id: '', type, key: isKnown ? key : '', rejection, items: 1 }));
    } else group.together.items++;
  }
  return rows;
}

const itemTypes: ReadonlySet<string> = new Set(['event', 'exposure', 'identify', 'usage'] satisfies Item['type'][]);

/** Of what type an item was meant to be, and of which event or flag. */
function whatOf(input: unknown): { readonly type: string; readonly key: string } {
  if (typeof input !== 'object' || input === null) return { type: '', key: '' };
  const { type, key, flag } = input as { readonly type?: unknown; readonly key?: unknown; readonly flag?: unknown };
  const name = type === 'event' ? key : flag;
  return {
    // Another text is none of ours to show: who knows what it is.
    type: typeof type === 'string' && itemTypes.has(type) ? type : '',
    key: typeof name === 'string' && isKey(name) ? name : '',
  };
}
