import { reallocate, type VariantRange } from '@stitchd/core';
import { expect, test } from 'vitest';
import { firstRanges } from './first-ranges.ts';

test('The smallest share lies lowest, equal shares in the order of their keys, and nothing gets no range', () => {
  expect(firstRanges({ on: 10_000, off: 90_000 })).toEqual([
    { variant: 'on', from: 0, to: 10_000 },
    { variant: 'off', from: 10_000, to: 100_000 },
  ]);
  expect(firstRanges({ b: 50_000, a: 50_000, c: 0 })).toEqual([
    { variant: 'a', from: 0, to: 50_000 },
    { variant: 'b', from: 50_000, to: 100_000 },
  ]);
});

test('A share that begins small, is raised and lowered again gets the same units, whatever the keys', () => {
  for (const [growing, other] of [
    ['on', 'off'],
    ['off', 'on'],
    ['a', 'b'],
  ] as const) {
    const at = (percent: number) => ({ [growing]: percent * 1_000, [other]: (100 - percent) * 1_000 });
    const raise = (ranges: readonly VariantRange[], percent: number) => reallocate(ranges, at(percent));
    const ten = firstRanges(at(10));
    const fifty = raise(ten, 50);
    expect(raise(fifty, 10), growing).toEqual(ten);
    expect(raise(raise(fifty, 10), 50), growing).toEqual(fifty);
    expect(raise(raise(fifty, 90), 10), growing).toEqual(ten);
  }
});

test('Two shares that grow together from small ones get the same units back', () => {
  const start = firstRanges({ control: 80_000, one: 10_000, two: 10_000 });
  const grown = reallocate(start, { control: 20_000, one: 40_000, two: 40_000 });
  expect(reallocate(grown, { control: 80_000, one: 10_000, two: 10_000 })).toEqual(start);
});
