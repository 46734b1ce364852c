import type { VariantRange, Weights } from '@stitchd/core';

/**
 * The ranges of a split that is new: the smallest share lies lowest, equal ones in the order of their keys.
 *
 * A share that shrinks gives up its highest buckets, so only one that began at the low end gets the same units back after it
 * was raised and lowered again. What is ramped up begins small: with `off` below `on`, as their keys would have it, 10 % of
 * units would be others after 10 → 50 → 10 %.
 */
export function firstRanges(weights: Weights): readonly VariantRange[] {
  const ranges: VariantRange[] = [];
  let from = 0;
  // Keys are ASCII: comparing them by UTF-16 unit is comparing them by code point.
  for (const [variant, weight] of Object.entries(weights).toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))) {
    if (weight > 0) ranges.push({ variant, from, to: from + weight });
    from += weight;
  }
  return ranges;
}
