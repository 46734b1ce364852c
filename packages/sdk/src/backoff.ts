/**
 * The pause before an attempt: uniform between 0 and a bound that doubles each time ("full jitter"), so that clients which
 * lost their server at the same moment don't all come back at once.
 * @param attempt - 0 for the first repetition
 * @param random - in [0, 1)
 */
export function backoffMs(
  attempt: number,
  bounds: { readonly first: number; readonly longest: number },
  random: () => number,
): number {
  const bound = Math.min(bounds.longest, bounds.first * 2 ** Math.min(attempt, 30));
  return Math.floor(random() * bound);
}
