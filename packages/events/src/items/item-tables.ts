import { eventTable } from './event-table.ts';
import { exposureTable } from './exposure-table.ts';
import type { ItemTable } from './item-table.ts';
import type { Item } from './item.ts';

/** By the type of a checked item: where it goes. */
export const itemTables: { readonly [Type in Item['type']]: ItemTable<Extract<Item, { readonly type: Type }>> } = {
  event: eventTable,
  exposure: exposureTable,
};

/** The columns that rows were encoded with; undefined: another program version wrote them. */
export function columnsOf(table: string, layout: number): readonly string[] | undefined {
  return Object.values(itemTables).find(({ name }) => name === table)?.layouts[layout];
}
