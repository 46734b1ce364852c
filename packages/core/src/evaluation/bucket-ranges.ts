import type { Unit } from '../context/unit-source.ts';
import { hashed } from '../context/unit-source.ts';
import { isPlainObject } from '../context/plain-object.ts';
import { bucketCount } from '../definitions/split.ts';
import { bucketUnder, parseSalt, type Salt } from '../hashing/unit.ts';

/** Ranges of buckets under a salt. */
export interface BucketRanges {
  readonly salt: Salt;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly coversAll: boolean;
}

function isBound(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= bucketCount;
}

/** Reads a salt and sorted, disjoint ranges of any origin; `undefined` if they are not usable. */
export function readBucketRanges(saltText: unknown, ranges: unknown): BucketRanges | undefined {
  const salt = typeof saltText === 'string' ? parseSalt(saltText) : undefined;
  if (salt === undefined || !Array.isArray(ranges)) return undefined;
  const starts: number[] = [];
  const ends: number[] = [];
  let covered = 0;
  for (const range of ranges) {
    if (!isPlainObject(range)) return undefined;
    const { from, to } = range;
    if (!isBound(from) || !isBound(to) || from > to || from < (ends.at(-1) ?? 0)) return undefined;
    starts.push(from);
    ends.push(to);
    covered += to - from;
  }
  return { salt, from: starts, to: ends, coversAll: covered === bucketCount };
}

/** The unit's bucket under the ranges' salt. */
export function bucketIn(ranges: BucketRanges, unit: Unit): number {
  const { h1, h2 } = hashed(unit);
  return bucketUnder(h1, h2, ranges.salt);
}

/** The index of the range that holds a bucket, or -1. */
export function rangeAt({ from, to }: BucketRanges, bucket: number): number {
  let low = 0;
  let high = to.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bucket < (to[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return bucket >= (from[low] ?? bucketCount) && bucket < (to[low] ?? 0) ? low : -1;
}
