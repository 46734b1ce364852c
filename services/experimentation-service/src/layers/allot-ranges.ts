import { bucketCount, type BucketRange } from '@stitchd/core';

const lengthOf = ({ from, to }: BucketRange): number => to - from;

/** What these ranges leave of a layer, sorted; the ranges are disjoint. */
export function freeRanges(taken: readonly BucketRange[]): readonly BucketRange[] {
  const free: BucketRange[] = [];
  let at = 0;
  for (const { from, to } of taken.toSorted((left, right) => left.from - right.from)) {
    if (from > at) free.push({ from: at, to: from });
    at = to;
  }
  if (at < bucketCount) free.push({ from: at, to: bucketCount });
  return free;
}

/** Buckets in ranges that are disjoint, which is their share in thousandths of a percent. */
export function shareOf(ranges: readonly BucketRange[]): number {
  return ranges.reduce((sum, range) => sum + lengthOf(range), 0);
}

/**
 * Free ranges for a share: the shortest free piece that holds it, the lowest of equal ones, so that large pieces stay whole for
 * others; where none does, the longest pieces until it is reached.
 *
 * @param share - buckets, from 1
 * @returns sorted; undefined where less is free
 */
export function allotRanges(taken: readonly BucketRange[], share: number): readonly BucketRange[] | undefined {
  const free = freeRanges(taken);
  if (shareOf(free) < share) return undefined;
  const [best] = free.filter((piece) => lengthOf(piece) >= share).toSorted((left, right) => lengthOf(left) - lengthOf(right));
  if (best !== undefined) return [{ from: best.from, to: best.from + share }];
  const allotted: BucketRange[] = [];
  let missing = share;
  for (const { from, to } of free.toSorted((left, right) => lengthOf(right) - lengthOf(left))) {
    if (missing === 0) break;
    const length = Math.min(to - from, missing);
    allotted.push({ from, to: from + length });
    missing -= length;
  }
  return allotted.sort((left, right) => left.from - right.from);
}
