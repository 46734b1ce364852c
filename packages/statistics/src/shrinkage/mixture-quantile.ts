import { normalCdf, normalDensity, normalQuantile } from '../special-functions/normal.ts';

/** One normal distribution of several. */
export interface NormalPart {
  /** Those of all parts add up to 1. */
  readonly weight: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Newton's steps are quadratic; halving alone would need 50. */
const mostSteps = 100;

/** The point with this much probability of the mixture beyond it, on the side asked for. */
export function mixtureQuantile(parts: readonly NormalPart[], tail: number, side: 'lower' | 'upper'): number {
  const sign = side === 'lower' ? 1 : -1;
  const z = normalQuantile(tail);
  // It lies between those of the parts: mirrored for the upper side, so that a small tail keeps its digits.
  const ends = parts.map(({ mean, deviation }) => sign * mean + z * deviation);
  let [low, high] = [Math.min(...ends), Math.max(...ends)];
  const tolerance = 4 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high), high - low);
  let point = parts.reduce((sum, { weight }, index) => sum + weight * (ends[index] ?? 0), 0);
  for (let step = 0; step < mostSteps && high - low > tolerance; step += 1) {
    let [below, density] = [-tail, 0];
    for (const { weight, mean, deviation } of parts) {
      const at = (point - sign * mean) / deviation;
      below += weight * normalCdf(at);
      density += (weight * normalDensity(at)) / deviation;
    }
    if (below > 0) high = point;
    else low = point;
    const next = point - below / density;
    const moved = next > low && next < high ? next : low + (high - low) / 2;
    if (Math.abs(moved - point) <= tolerance) return sign * moved;
    point = moved;
  }
  return sign * point;
}
