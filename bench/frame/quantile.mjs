/**
 * The least of some values that a share of them does not exceed: 0.95 of 200 is the 190th.
 * @param {readonly number[]} values @param {number} share above 0, 1 at most
 */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
