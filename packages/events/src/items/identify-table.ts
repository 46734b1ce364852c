import { headColumns, writeHead } from './item-rows.ts';
import type { ItemTable } from './item-table.ts';
import type { IdentifyItem } from './item.ts';

export const identifyTable: ItemTable<IdentifyItem> = {
  name: 'identify',
  layouts: { 2: headColumns[2] },
  layout: 2,
  write(out, batch, item) {
    writeHead(out, batch, item.head);
    return 1;
  },
};
