import { headColumns, writeHead } from './item-rows.ts';
import type { ItemTable } from './item-table.ts';
import type { EventItem } from './item.ts';

const columns = ['event', 'value', 'properties'];

export const eventTable: ItemTable<EventItem> = {
  name: 'event',
  layouts: { 1: [...headColumns[1], ...columns], 2: [...headColumns[2], ...columns] },
  layout: 2,
  write(out, batch, item) {
    writeHead(out, batch, item.head);
    out.text(item.key);
    out.float64(item.value);
    out.text(item.properties);
    return 1;
  },
};
