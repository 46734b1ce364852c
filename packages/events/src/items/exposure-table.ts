import { headColumns, writeHead, writeList, writeTexts } from './item-rows.ts';
import type { ItemTable } from './item-table.ts';
import type { ExposureItem } from './item.ts';

const nilUuid = '00000000-0000-0000-0000-000000000000';

const columns = ['flag', 'variant', 'rule', 'split', 'iteration_id', 'holdout'];

export const exposureTable: ItemTable<ExposureItem> = {
  name: 'exposure',
  layouts: {
    1: [...headColumns[1], ...columns],
    2: [...headColumns[2], ...columns, 'attributes'],
    3: [...headColumns[2], ...columns, 'attributes', 'covered_by'],
    4: [...headColumns[2], ...columns, 'attributes', 'covered_by', 'delivered'],
  },
  layout: 4,
  write(out, batch, item) {
    writeHead(out, batch, item.head);
    out.text(item.flag);
    out.text(item.variant);
    out.text(item.rule);
    out.text(item.split);
    out.uuid(item.iterationId === '' ? nilUuid : item.iterationId);
    out.text(item.holdout);
    writeTexts(out, item.attributes);
    writeList(out, item.coveredBy);
    out.varuint(item.delivered ? 1 : 0);
    return 1;
  },
};
