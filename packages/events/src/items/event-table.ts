import { headColumns, writeHead } from './item-rows.ts';
import type { ItemTable } from './item-table.ts';
import type { EventItem } from './item.ts';

export const eventTable: ItemTable<EventItem> = {
  name: 'event',
  layouts: { 1: [...headColumns[1], 'event', 'value', 'properties'] },
  layout: 1,
  write(out, batch, item) {
    writeHead(out, batch, item.head);
    out.text(item.key);
    out.float64(item.value);
    out.text(item.properties);
  },
};
