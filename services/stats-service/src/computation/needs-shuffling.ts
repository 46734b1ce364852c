import { largestDenominatorShare, randomisationBelowUnits } from '@stitchd/statistics';
import type { MeansFigures } from './figures.ts';

/**
 * Whether a mean or ratio of these arms can only be judged by shuffling the labels of its units: few of them in some arm, or one with
 * much of a ratio's denominator. A share has exact methods of its own.
 */
export function needsShuffling({ isShare, arms }: MeansFigures, places: readonly number[] = [...arms.keys()]): boolean {
  if (isShare) return false;
  return places.some((place) => {
    const { maturedUnits = 0, largestShare = null } = arms[place] ?? {};
    return maturedUnits < randomisationBelowUnits || (largestShare ?? 0) > largestDenominatorShare;
  });
}
