import { expect, test } from 'vitest';
import { createItemCounts } from './item-figures.ts';

test('Items are told for the minute that runs and for the hour, by environment, and older ones are forgotten', () => {
  const clock = { ms: 1_000 * 60_000 };
  const counts = createItemCounts(() => clock.ms);
  counts.add('e', { accepted: 3, rejected: 1 });
  clock.ms += 59_999;
  counts.add('e', { accepted: 2, limited: 7 });
  expect(counts.of('e', 1)).toEqual({ accepted: 5, rejected: 1, limited: 7 });
  expect(counts.of('other', 60)).toEqual({ accepted: 0, rejected: 0, limited: 0 });
  clock.ms += 1;
  counts.add('e', { accepted: 10 });
  expect(counts.of('e', 1)).toEqual({ accepted: 10, rejected: 0, limited: 0 });
  expect(counts.of('e', 60)).toEqual({ accepted: 15, rejected: 1, limited: 7 });
  clock.ms += 59 * 60_000;
  expect(counts.of('e', 60)).toEqual({ accepted: 10, rejected: 0, limited: 0 });
});
