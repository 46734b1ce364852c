import { expect, test } from 'vitest';
import { allotRanges, freeRanges, shareOf } from './allot-ranges.ts';

const range = (from: number, to: number) => ({ from, to });

test('The first share begins at the first bucket, the next follows it, and a whole layer has nothing left', () => {
  expect(allotRanges([], 20_000)).toEqual([range(0, 20_000)]);
  expect(allotRanges([range(0, 20_000)], 30_000)).toEqual([range(20_000, 50_000)]);
  expect(allotRanges([], 100_000)).toEqual([range(0, 100_000)]);
  expect(freeRanges([range(0, 100_000)])).toEqual([]);
  expect(allotRanges([range(0, 100_000)], 1)).toBeUndefined();
});

test('A share goes into the shortest free piece that holds it whole', () => {
  const taken = [range(50_000, 60_000), range(0, 10_000), range(15_000, 40_000)];
  expect(freeRanges(taken)).toEqual([range(10_000, 15_000), range(40_000, 50_000), range(60_000, 100_000)]);
  expect(allotRanges(taken, 5_000)).toEqual([range(10_000, 15_000)]);
  expect(allotRanges(taken, 5_001)).toEqual([range(40_000, 45_001)]);
  expect(allotRanges(taken, 20_000)).toEqual([range(60_000, 80_000)]);
});

test('A share that no piece holds takes the longest pieces first, down to the last bucket that is free', () => {
  const taken = [range(10_000, 50_000), range(60_000, 70_000)];
  expect(allotRanges(taken, 35_000)).toEqual([range(0, 5_000), range(70_000, 100_000)]);
  expect(allotRanges(taken, 50_000)).toEqual([range(0, 10_000), range(50_000, 60_000), range(70_000, 100_000)]);
  expect(allotRanges(taken, 50_001)).toBeUndefined();
});

test('Whatever comes and goes, no two shares overlap, none moves, and all are as large as was asked', () => {
  // A fixed sequence that looks like chance: multiplicative congruential, modulus 2^31 − 1.
  let state = 42;
  const next = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
  let held: { readonly share: number; readonly ranges: readonly { readonly from: number; readonly to: number }[] }[] = [];
  for (let step = 0; step < 2_000; step++) {
    if (held.length > 0 && next(3) === 0) {
      const leaving = next(held.length);
      held = held.filter((_, index) => index !== leaving);
    } else {
      const share = 100 + next(12_000);
      const taken = held.flatMap(({ ranges }) => ranges);
      const ranges = allotRanges(taken, share);
      expect(ranges === undefined).toBe(shareOf(freeRanges(taken)) < share);
      if (ranges !== undefined) held.push({ share, ranges });
    }
    for (const { share, ranges } of held) expect(shareOf(ranges)).toBe(share);
    const buckets = held.flatMap(({ ranges }) => ranges).toSorted((left, right) => left.from - right.from);
    for (const [index, { from }] of buckets.entries()) expect(from).toBeGreaterThanOrEqual(buckets[index - 1]?.to ?? 0);
  }
});
