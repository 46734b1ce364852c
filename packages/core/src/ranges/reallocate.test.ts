import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { VariantRange } from '../definitions/split.ts';
import { rangesFromWeights, reallocate, type Weights, weightsOf } from './reallocate.ts';

function variantAt(ranges: readonly VariantRange[], bucket: number): string | undefined {
  return ranges.find(({ from, to }) => bucket >= from && bucket < to)?.variant;
}

function movedBuckets(before: readonly VariantRange[], after: readonly VariantRange[]): number {
  const edges = [...new Set([0, 100_000, ...[...before, ...after].flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  let moved = 0;
  for (const [index, from] of edges.slice(0, -1).entries()) {
    if (variantAt(before, from) !== variantAt(after, from)) moved += (edges[index + 1] ?? from) - from;
  }
  return moved;
}

const arbitraryWeights: fc.Arbitrary<Weights> = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '\u{1f600}', '\uffff'), { minLength: 1 })
  .chain((keys) =>
    fc.tuple(fc.constant(keys), fc.array(fc.nat(100_000), { minLength: keys.length - 1, maxLength: keys.length - 1 })),
  )
  .map(([keys, cuts]) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), 100_000];
    return Object.fromEntries(keys.map((key, index) => [key, (edges[index + 1] ?? 0) - (edges[index] ?? 0)]));
  });

test('A new split gives buckets in code-point order of the keys', () => {
  expect(rangesFromWeights({ on: 50_000, off: 50_000 })).toEqual([
    { variant: 'off', from: 0, to: 50_000 },
    { variant: 'on', from: 50_000, to: 100_000 },
  ]);
  // U+FFFF comes before U+1F600 by code point and after it by UTF-16 unit.
  expect(rangesFromWeights({ '\u{1f600}': 1, '\uffff': 99_999 })[0]?.variant).toBe('\uffff');
});

test('10 -> 50 -> 10 -> 50 percent returns the same units', () => {
  const share = (percent: number): Weights => ({ control: (100 - percent) * 1_000, blue: percent * 1_000 });
  const ten = rangesFromWeights(share(10));
  const fifty = reallocate(ten, share(50));
  const tenAgain = reallocate(fifty, share(10));
  const fiftyAgain = reallocate(tenAgain, share(50));
  expect(ten).toEqual([
    { variant: 'blue', from: 0, to: 10_000 },
    { variant: 'control', from: 10_000, to: 100_000 },
  ]);
  expect(fifty).toEqual([
    { variant: 'blue', from: 0, to: 10_000 },
    { variant: 'control', from: 10_000, to: 60_000 },
    { variant: 'blue', from: 60_000, to: 100_000 },
  ]);
  expect(tenAgain).toEqual(ten);
  expect(fiftyAgain).toEqual(fifty);
});

test('Where the growing key sorts last, 50 percent returns the same units too, and raising always keeps everyone', () => {
  const share = (percent: number): Weights => ({ off: (100 - percent) * 1_000, on: percent * 1_000 });
  const fifty = reallocate(rangesFromWeights(share(10)), share(50));
  const tenAgain = reallocate(fifty, share(10));
  expect(tenAgain).toEqual([
    { variant: 'off', from: 0, to: 50_000 },
    { variant: 'on', from: 50_000, to: 60_000 },
    { variant: 'off', from: 60_000, to: 100_000 },
  ]);
  expect(reallocate(tenAgain, share(50))).toEqual(fifty);
});

test('The order in which variants are written moves nobody', () => {
  const before = rangesFromWeights({ a: 20_000, b: 30_000, c: 50_000 });
  expect(reallocate(before, { c: 50_000, a: 20_000, b: 30_000 })).toEqual(before);
  expect(reallocate([...before].reverse(), { c: 30_000, b: 50_000, a: 20_000 })).toEqual(
    reallocate(before, { a: 20_000, b: 50_000, c: 30_000 }),
  );
});

test('A variant that is left out gives up everything, and a new one takes what is free', () => {
  expect(reallocate(rangesFromWeights({ a: 50_000, b: 50_000 }), { b: 50_000, z: 50_000 })).toEqual([
    { variant: 'z', from: 0, to: 50_000 },
    { variant: 'b', from: 50_000, to: 100_000 },
  ]);
});

test('Buckets that nobody covered are given away', () => {
  expect(reallocate([{ variant: 'a', from: 40_000, to: 60_000 }], { a: 100_000 })).toEqual([
    { variant: 'a', from: 0, to: 100_000 },
  ]);
});

test('Any change covers every bucket once, has the weights asked for, and moves no more than it must', () => {
  fc.assert(
    fc.property(arbitraryWeights, arbitraryWeights, (first, second) => {
      const before = rangesFromWeights(first);
      const after = reallocate(before, second);
      let next = 0;
      for (const { from, to } of after) {
        expect(from).toBe(next);
        expect(to).toBeGreaterThan(from);
        next = to;
      }
      expect(next).toBe(100_000);
      expect(weightsOf(after)).toEqual(Object.fromEntries(Object.entries(second).filter(([, weight]) => weight > 0)));
      const given = Object.keys(second).reduce((sum, key) => sum + Math.max(0, (second[key] ?? 0) - (first[key] ?? 0)), 0);
      expect(movedBuckets(before, after)).toBe(given);
    }),
    { seed: 7 },
  );
});

test('Weights that are not whole, negative, or do not make 100,000 are refused', () => {
  expect(() => rangesFromWeights({ a: 99_999 })).toThrow(RangeError);
  expect(() => rangesFromWeights({ a: 100_001 })).toThrow(RangeError);
  expect(() => rangesFromWeights({ a: 50_000.5, b: 49_999.5 })).toThrow(RangeError);
  expect(() => rangesFromWeights({ a: -1, b: 100_001 })).toThrow(RangeError);
});

test('A weight is never read from what every object inherits', () => {
  const inherited = [{ variant: 'constructor', from: 0, to: 100_000 }];
  expect(reallocate(inherited, { a: 100_000 })).toEqual([{ variant: 'a', from: 0, to: 100_000 }]);
});
