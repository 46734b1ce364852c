import { expect, test } from 'vitest';
import { RecentIds } from './recent-ids.ts';

test('An id counts as known after it was added, for its own environment only', () => {
  const recent = new RecentIds(10);
  expect(recent.add('a', ['1', '2'])).toBe(0);
  expect(recent.add('a', ['2', '3'])).toBe(1);
  expect(recent.add('b', ['1', '2', '3'])).toBe(0);
});

test('An id twice in one batch counts as known the second time', () => {
  expect(new RecentIds(10).add('a', ['1', '1'])).toBe(1);
});

test('At least as many ids as it was made for are remembered, and older ones are forgotten', () => {
  const recent = new RecentIds(3);
  recent.add('a', ['1', '2', '3']);
  recent.add('a', ['4', '5', '6']);
  expect(recent.add('a', ['4', '5', '6'])).toBe(3);
  expect(recent.add('a', ['1'])).toBe(0);
});
