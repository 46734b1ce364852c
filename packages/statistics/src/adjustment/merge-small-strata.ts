import { leastStratumUnits } from '../limits.ts';
import { combineCrossMoments } from '../moments/cross-moments.ts';
import type { Stratum } from './adjusted-estimates.ts';

/**
 * Strata in which some arm has too few units, together with the largest one, whose covariates they are given. Where the merged stratum
 * is itself too small its covariates are left out.
 */
export function mergeSmallStrata(strata: readonly Stratum[]): readonly Stratum[] {
  const sorted = strata.toSorted((a, b) => smallestArm(b) - smallestArm(a));
  const [largest, ...others] = sorted;
  if (largest === undefined) return [];
  const kept = others.filter((stratum) => smallestArm(stratum) >= leastStratumUnits);
  const merged = others.filter((stratum) => smallestArm(stratum) < leastStratumUnits).reduce(together, largest);
  const usable = smallestArm(merged) >= leastStratumUnits ? merged : { ...merged, covariates: [] };
  return [usable, ...kept];
}

function smallestArm({ arms }: Stratum): number {
  return Math.min(...arms.map(({ n }) => n));
}

function together(first: Stratum, second: Stratum): Stratum {
  return {
    ...first,
    arms: first.arms.map((moments, arm) => {
      const other = second.arms[arm];
      return other === undefined ? moments : combineCrossMoments(moments, other);
    }),
  };
}
