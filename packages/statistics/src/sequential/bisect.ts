/** Where a monotone question turns to true between two points, to the last digit that counts. */
export function bisect(search: {
  readonly low: number;
  readonly high: number;
  readonly isAbove: (point: number) => boolean;
}): number {
  let { low, high } = search;
  while (high - low > 4 * Number.EPSILON * Math.max(1, Math.abs(low))) {
    const middle = low + (high - low) / 2;
    if (search.isAbove(middle)) high = middle;
    else low = middle;
  }
  return low + (high - low) / 2;
}
