import { contextAttributeTable } from './context-attribute-table.ts';
import { eventTable } from './event-table.ts';
import { exposureTable } from './exposure-table.ts';
import { flagSeenTable, flagUsageTable } from './flag-usage-table.ts';
import { identifyTable } from './identify-table.ts';
import type { ItemTable } from './item-table.ts';
import type { Item } from './item.ts';
import { quarantinedEventTable } from './quarantined-event-table.ts';
import { rejectedItemTable } from './rejected-item-table.ts';

/** By the type of a checked item: where it goes. */
export const itemTables: { readonly [Type in Item['type']]: readonly ItemTable<Extract<Item, { readonly type: Type }>>[] } = {
  event: [eventTable],
  'quarantined-event': [quarantinedEventTable],
  exposure: [exposureTable],
  identify: [identifyTable],
  usage: [flagUsageTable, flagSeenTable, contextAttributeTable],
};

const byName: ReadonlyMap<string, Pick<ItemTable, 'layouts' | 'isAside'>> = new Map(
  [...Object.values(itemTables).flat(), rejectedItemTable].map((table) => [table.name, table]),
);

/** The columns that rows were encoded with; undefined: another program version wrote them. */
export function columnsOf(table: string, layout: number): readonly string[] | undefined {
  return byName.get(table)?.layouts[layout];
}

/** Whether a table's rows are no items of their own. */
export function isAside(table: string): boolean {
  return byName.get(table)?.isAside === true;
}
