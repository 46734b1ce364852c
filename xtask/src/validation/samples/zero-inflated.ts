import { momentsOf, type Moments, type SeededRandom } from '@stitchd/statistics';
import { binomial } from './binomial.ts';

/** Most units are 0, the others lognormal with a long tail (σ = 1.5). */
export function zeroInflated(random: SeededRandom, units: number, shareOfBuyers: number): { moments: Moments; skewness: number } {
  const buyers = binomial(random, units, shareOfBuyers);
  const values = Array.from({ length: buyers }, () => Math.exp(3 + 1.5 * random.normal()));
  const some = momentsOf(values);
  const mean = (some.mean * buyers) / units;
  const m2 = some.m2 + some.mean ** 2 * buyers * (1 - buyers / units);
  const zeros = (units - buyers) * (-mean) ** 3;
  const third = values.reduce((sum, value) => sum + (value - mean) ** 3, zeros) / units;
  return { moments: { n: units, mean, m2 }, skewness: m2 > 0 ? third / (m2 / units) ** 1.5 : 0 };
}
