import type { ItemTable } from './item-table.ts';
import type { UsageItem } from './item.ts';

/** What contexts had: a row for each type of an attribute, and one for each of its frequent values. */
export const contextAttributeTable: ItemTable<UsageItem> = {
  name: 'context_attribute',
  isAside: true,
  layouts: { 1: ['environment_id', 'last_at', 'kind', 'attribute', 'type', 'value', 'seen'] },
  layout: 1,
  write(out, _, { toMs, contexts }, { environmentId }) {
    let rows = 0;
    const write = (kind: string, attribute: string, type: string, value: string, seen: number): void => {
      out.uuid(environmentId);
      out.int64(toMs);
      out.text(kind);
      out.text(attribute);
      out.text(type);
      out.text(value);
      out.int64(seen);
      rows++;
    };
    for (const { kind, attribute, types, values = [] } of contexts) {
      for (const type of types) write(kind, attribute, type, '', 0);
      for (const { value, count } of values) write(kind, attribute, typeof value, String(value), count);
    }
    return rows;
  },
};
