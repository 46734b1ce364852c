/**
 * How long to wait after a failed attempt: anything up to a bound that doubles, so that those who failed together do not come back together
 * ("full jitter").
 * @param attempt - that came to nothing, from 1
 * @param fraction - by chance, from 0 to 1
 */
export function retryPauseMs(
  bounds: { readonly firstMs: number; readonly mostMs: number },
  attempt: number,
  fraction: number,
): number {
  return Math.round(fraction * Math.min(bounds.mostMs, bounds.firstMs * 2 ** Math.min(attempt - 1, 30)));
}
