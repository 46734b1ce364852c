import { checkPValues } from './check-p-values.ts';
import { ascending } from './holm.ts';

/**
 * Benjamini and Hochberg's adjusted p-values, in the order given: the k-th smallest times m/k, never falling (1995, J. R. Stat.
 * Soc. B 57,
 * 289). Of those at most q that are called, a share q is false on average.
 *
 * It holds for tests that are independent or positively dependent, as metrics of the same units mostly are.
 *
 * @throws DomainError for anything but probabilities
 */
export function benjaminiHochberg(pValues: readonly number[]): readonly number[] {
  checkPValues('benjaminiHochberg', pValues);
  let smallest = 1;
  const adjusted = pValues.map(() => 1);
  for (const [fromLast, index] of ascending(pValues).toReversed().entries()) {
    const rank = pValues.length - fromLast;
    smallest = Math.min(smallest, ((pValues[index] ?? 1) * pValues.length) / rank);
    adjusted[index] = smallest;
  }
  return adjusted;
}

/**
 * The α of the intervals of what was called, so that a share q of them misses the truth on average: R·q/m (Benjamini & Yekutieli
 * 2005, J. Am.
 * Stat. Assoc. 100, 71). With nothing called there is nothing to draw so; q/m is given.
 */
export function falseCoverageAlpha(called: number, all: number, q: number): number {
  return all === 0 ? q : (Math.max(1, called) * q) / all;
}
