import type { CrossMoments, SeededRandom } from '@stitchd/statistics';

/**
 * The moments of n pairs (y, x) of normal numbers with unit variances and this correlation, drawn as moments: means and, by Bartlett's
 * decomposition, the Wishart matrix. Many units cost as little as two.
 */
export function normalPairMoments(random: SeededRandom, n: number, correlation: number, effect = 0): CrossMoments {
  const rest = Math.sqrt(1 - correlation * correlation);
  const root = 1 / Math.sqrt(n);
  const [meanX, free] = [random.normal() * root, random.normal() * root];
  const first = Math.sqrt(chiSquare(random, n - 1));
  const cross = random.normal();
  const second = Math.sqrt(chiSquare(random, n - 2));
  // Rows of the lower triangle of independent x and e, then y = ρ·x + √(1 − ρ²)·e.
  const [xx, xe, ee] = [first * first, first * cross, cross * cross + second * second];
  const xy = correlation * xx + rest * xe;
  const yy = correlation * correlation * xx + 2 * correlation * rest * xe + rest * rest * ee;
  return {
    n,
    means: [effect + correlation * meanX + rest * free, meanX],
    products: [
      [yy, xy],
      [xy, xx],
    ],
  };
}

/** Wilson and Hilferty's cube, good to 10⁻³ from 20 degrees of freedom on; sums of squares below. */
function chiSquare(random: SeededRandom, degreesOfFreedom: number): number {
  if (degreesOfFreedom < 20) {
    let sum = 0;
    for (let index = 0; index < degreesOfFreedom; index += 1) sum += random.normal() ** 2;
    return sum;
  }
  const scale = 2 / 9 / degreesOfFreedom;
  return degreesOfFreedom * (1 - scale + random.normal() * Math.sqrt(scale)) ** 3;
}
