const pageLimit = 200;
/** A list that is longer is not one to choose from. */
const maxPages = 20;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/**
 * All items of a list that people see or choose from as a whole.
 * @throws Error where the list is longer than 4,000 items: a part of it must not pass for the whole
 */
export async function everyPage<Item>(
  ask: (query: { readonly limit: number; readonly cursor?: string }) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await ask({ limit: pageLimit, ...(cursor !== undefined && { cursor }) });
    items.push(...page.items);
    if (page.next_cursor === null) return items;
    cursor = page.next_cursor;
  }
  throw new Error(`This list has more than ${pageLimit * maxPages} items, which this page can't show.`);
}
