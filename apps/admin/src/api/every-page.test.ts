import { expect, test } from 'vitest';
import { everyPage } from './every-page.ts';

test('Pages are read to the end, each with the cursor of the one before', async () => {
  const asked: unknown[] = [];
  const items = await everyPage((query) => {
    asked.push(query);
    return Promise.resolve({ items: [asked.length], next_cursor: asked.length < 3 ? `c${asked.length}` : null });
  });
  expect(items).toEqual([1, 2, 3]);
  expect(asked).toEqual([{ limit: 200 }, { limit: 200, cursor: 'c1' }, { limit: 200, cursor: 'c2' }]);
});

test('The twentieth page may be the last; a list that goes on is refused instead of cut', async () => {
  let pages = 0;
  const upTo = (last: number) => () => Promise.resolve({ items: [0], next_cursor: ++pages < last ? 'more' : null });
  await expect(everyPage(upTo(20))).resolves.toHaveLength(20);
  pages = 0;
  await expect(everyPage(upTo(21))).rejects.toThrow('more than 4000 items');
});
