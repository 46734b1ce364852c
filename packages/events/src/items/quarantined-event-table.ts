import { headColumns, writeHead } from './item-rows.ts';
import type { ItemTable } from './item-table.ts';
import type { QuarantinedEventItem } from './item.ts';

export const quarantinedEventTable: ItemTable<QuarantinedEventItem> = {
  name: 'quarantined_event',
  layouts: { 2: [...headColumns[2], 'event', 'value_kind', 'value', 'properties'] },
  layout: 2,
  write(out, batch, item) {
    writeHead(out, batch, item.head);
    out.text(item.key);
    out.text(item.valueKind);
    out.float64(item.value);
    out.text(item.properties);
    return 1;
  },
};
