import { isUuid } from '@stitchd/core';
import type { PageRequest } from '@stitchd/proto/common/v1/common';
import { decodeCursor, encodeCursor, isStorableText, pageLimits } from '@stitchd/db/postgres';
import { readPage, type Page } from '@stitchd/service-kit';
import { check, textFault } from './check.ts';

/** A page of a list whose one sort value is a key or an e-mail address. */
export function readTextPage(request: PageRequest | undefined): Page {
  return readPageBy(request, isStorableText);
}

/** A page of a list whose one sort value is an id. */
export function readIdPage(request: PageRequest | undefined): Page {
  return readPageBy(request, isUuid);
}

function readPageBy(request: PageRequest | undefined, isSortValue: (text: string) => boolean): Page {
  check(textFault('query', request?.query ?? ''));
  return readPage(request, pageLimits, (cursor) => {
    const values = decodeCursor(cursor, 1);
    return values?.every(isSortValue) ? values : undefined;
  });
}

/**
 * Reads one row more than the page holds, to know whether another page follows.
 * @param sortValue - by which the list goes on after a row
 */
export async function pageOf<Row, Item>(
  page: Page,
  read: (page: Page) => Promise<readonly Row[]>,
  sortValue: (row: Row) => string,
  toItem: (row: Row) => Item,
): Promise<{ readonly items: Item[]; readonly nextCursor: string }> {
  const rows = await read({ ...page, limit: page.limit + 1 });
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > page.limit && last !== undefined ? encodeCursor([sortValue(last)]) : '';
  return { items: shown.map(toItem), nextCursor };
}
