import { checkHead } from './check-head.ts';
import { invalid, type CheckedItem, type JsonObject } from './checked-item.ts';
import type { ItemRules } from './item-rules.ts';

const fields = new Set(['type', 'id', 'at', 'context']);

/** Checks a statement that keys belong to one another. */
export function checkIdentify(input: JsonObject, rules: ItemRules): CheckedItem {
  const head = checkHead(input, fields, rules.times);
  if ('kind' in head) return head;
  if (head.kinds.length < 2) return invalid('context must name at least two kinds: the keys that belong together.');
  return { kind: 'ok', item: { type: 'identify', head } };
}
