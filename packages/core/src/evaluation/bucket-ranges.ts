import type { Unit } from '../context/unit-source.ts';
import { hashed } from '../context/unit-source.ts';
import { isPlainObject } from '../context/plain-object.ts';
import { bucketCount, type BucketRange } from '../definitions/split.ts';
import { mixWithSalt } from '../hashing/murmur3.ts';
import { bucketUnder, parseSalt, type Salt } from '../hashing/unit.ts';

/** Ranges of buckets under a salt. */
export interface BucketRanges {
  readonly salt: Salt;
  /** As they were given, for the trace. */
  readonly ranges: readonly BucketRange[];
  readonly coversAll: boolean;
  /** The least and greatest bucket hash of each range that is not empty, as signed integers that keep the order; see `ordered`. */
  readonly firstHash: readonly number[];
  readonly lastHash: readonly number[];
  /** By index into the above, the index in which the range was given. */
  readonly given: readonly number[];
}

function isBound(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= bucketCount;
}

/** An unsigned 32-bit hash as a signed one such that order is kept: those are compared and stored without a conversion. */
function ordered(hash: number): number {
  return hash ^ 0x8000_0000;
}

/** The least hash that falls into a bucket or a later one: floor(x * 100,000 / 2^32) >= bucket. Exact in doubles. */
export function leastHashOf(bucket: number): number {
  return Math.ceil((bucket * 0x1_0000_0000) / bucketCount);
}

/** Reads a salt and sorted, disjoint ranges of any origin; `undefined` if they are not usable. */
export function readBucketRanges(saltText: unknown, ranges: unknown): BucketRanges | undefined {
  const salt = typeof saltText === 'string' ? parseSalt(saltText) : undefined;
  if (salt === undefined || !Array.isArray(ranges)) return undefined;
  const bounds: BucketRange[] = [];
  const [firstHash, lastHash, given]: [number[], number[], number[]] = [[], [], []];
  let end = 0;
  let covered = 0;
  for (const [index, range] of ranges.entries()) {
    if (!isPlainObject(range)) return undefined;
    const { from, to } = range;
    if (!isBound(from) || !isBound(to) || from > to || from < end) return undefined;
    bounds.push({ from, to });
    end = to;
    covered += to - from;
    if (from === to) continue;
    firstHash.push(ordered(leastHashOf(from)));
    lastHash.push(ordered(leastHashOf(to) - 1));
    given.push(index);
  }
  return { salt, ranges: bounds, coversAll: covered === bucketCount, firstHash, lastHash, given };
}

/** The unit's bucket under the ranges' salt. */
export function bucketIn(ranges: BucketRanges, unit: Unit): number {
  const { h1, h2 } = hashed(unit);
  return bucketUnder(h1, h2, ranges.salt);
}

/** The index of the range that holds the unit's bucket, or -1. Compares the hash itself: the bucket need not be known. */
export function rangeOf({ salt, firstHash, lastHash, given }: BucketRanges, unit: Unit): number {
  const { h1, h2 } = hashed(unit);
  const hash = ordered(mixWithSalt(h1, h2, salt.high, salt.low));
  if (lastHash.length === 0) return -1;
  let low = 0;
  let high = lastHash.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hash <= (lastHash[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return hash >= (firstHash[low] ?? 0) && hash <= (lastHash[low] ?? 0) ? (given[low] ?? -1) : -1;
}
