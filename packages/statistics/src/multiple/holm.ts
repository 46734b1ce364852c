import { checkPValues } from './check-p-values.ts';

/**
 * Holm's adjusted p-values, in the order given: the k-th smallest times (m − k + 1), never falling (S. Holm 1979, Scand. J. Stat. 6,
 * 65). Calling those at most α errs at all with probability α at most, however the p-values hang together.
 *
 * @throws DomainError for anything but probabilities
 */
export function holm(pValues: readonly number[]): readonly number[] {
  checkPValues('holm', pValues);
  let largest = 0;
  const adjusted = pValues.map(() => 1);
  const order = ascending(pValues);
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues[index] ?? 1) * (pValues.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}

/** Indices, the smallest p-value first. */
export function ascending(pValues: readonly number[]): readonly number[] {
  return pValues.map((_, index) => index).toSorted((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
}
