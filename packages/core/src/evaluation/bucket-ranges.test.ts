import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketCount } from '../definitions/split.ts';
import { bucketIn, leastHashOf, rangeOf, readBucketRanges } from './bucket-ranges.ts';

/** The bucket of a bucket hash, as it is defined: whole numbers of any size. */
function bucketOfHash(hash: number): number {
  return Number((BigInt(hash) * BigInt(bucketCount)) >> 32n);
}

test('The least hash of every bucket is the first that falls into it', () => {
  for (let bucket = 0; bucket <= bucketCount; bucket++) {
    const hash = leastHashOf(bucket);
    if (bucketOfHash(hash) < bucket || (bucket > 0 && bucketOfHash(hash - 1) !== bucket - 1)) {
      throw new Error(`bucket ${bucket} begins elsewhere than at ${hash}`);
    }
  }
  expect(leastHashOf(bucketCount)).toBe(2 ** 32);
});

const someRanges = fc
  .uniqueArray(fc.oneof(fc.integer({ min: 0, max: bucketCount }), fc.constantFrom(0, 1, 99_999, bucketCount)), { maxLength: 12 })
  .map((points) => points.toSorted((a, b) => a - b))
  .chain((points) =>
    fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }).map((kept) =>
      points.slice(1).flatMap((to, i) => [
        ...(kept[i] === true ? [{ from: points[i] ?? 0, to }] : []),
        // An empty range holds nothing, wherever it is.
        ...(kept[i + 1] === true ? [{ from: to, to }] : []),
      ]),
    ),
  );

test('A range is found by the hash exactly where it holds the bucket', () => {
  fc.assert(
    fc.property(someRanges, fc.string(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (given, text, bits) => {
      const ranges = readBucketRanges(bits.toString(16).padStart(16, '0'), given);
      if (ranges === undefined) throw new Error('the ranges are sorted and disjoint');
      const unit = { text: `u${text}`, isHashed: false, hashedText: '', h1: 0, h2: 0 };
      const bucket = bucketIn(ranges, unit);
      expect(rangeOf(ranges, unit)).toBe(given.findIndex(({ from, to }) => bucket >= from && bucket < to));
    }),
    { seed: 9, numRuns: 2_000 },
  );
});

test('Ranges that overlap, run backwards or leave the buckets, and salts of another shape, are not usable', () => {
  const salt = '0123456789abcdef';
  const bad: readonly unknown[] = [
    undefined,
    [{ from: 5, to: 3 }],
    [{ from: -1, to: 3 }],
    [{ from: 0, to: bucketCount + 1 }],
    [{ from: 0.5, to: 3 }],
    [
      { from: 0, to: 5 },
      { from: 4, to: 6 },
    ],
    [null],
  ];
  for (const ranges of bad) expect(readBucketRanges(salt, ranges)).toBeUndefined();
  expect(readBucketRanges('x', [])).toBeUndefined();
  expect(readBucketRanges(salt, [])).toMatchObject({ coversAll: false });
});
