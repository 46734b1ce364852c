import { uuidv7 } from '@stitchd/core';
import { expect, test } from 'vitest';
import { RecentIds } from './recent-ids.ts';

/** Ids that differ in the last bits alone, as a poor generator makes them. */
const id = (number: number) =>
  uuidv7(1_790_000_000_000, new Uint8Array([0, 0, 0, 0, 0, 0, 0, ...[16, 8, 0].map((by) => number >> by)]));
const ids = (...numbers: readonly number[]) => numbers.map(id);
const [one, other] = ids(90_001, 90_002) as [string, string];

test('An id counts as known after it was added, for its own environment only', () => {
  const recent = new RecentIds(10);
  expect(recent.add(one, ids(1, 2))).toBe(0);
  expect(recent.add(one, ids(2, 3))).toBe(1);
  expect(recent.add(other, ids(1, 2, 3))).toBe(0);
});

test('An id twice in one batch counts as known the second time', () => {
  expect(new RecentIds(10).add(one, ids(1, 1))).toBe(1);
});

test('At least as many ids as it was made for are remembered, and older ones are forgotten', () => {
  const recent = new RecentIds(3);
  recent.add(one, ids(1, 2, 3));
  recent.add(one, ids(4, 5, 6));
  expect(recent.add(one, ids(4, 5, 6))).toBe(3);
  expect(recent.add(one, ids(1))).toBe(0);
});

test('Of fifty thousand ids that differ in their last bits none is taken for another, and each is known again', () => {
  const many = Array.from({ length: 50_000 }, (_, index) => id(index));
  const recent = new RecentIds(50_001);
  expect(recent.add(one, many)).toBe(0);
  expect(recent.add(one, many)).toBe(50_000);
});
