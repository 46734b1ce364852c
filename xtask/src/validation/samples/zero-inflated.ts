import { momentsOf, type Moments, type SeededRandom } from '@stitchd/statistics';
import { binomial } from './binomial.ts';

/** Units of which most are 0: the values of the others. */
export interface ZeroInflated {
  readonly units: number;
  readonly values: readonly number[];
}

/** The values of those that are not 0 are lognormal with a long tail (σ = 1.5). */
export function zeroInflated(random: SeededRandom, units: number, shareOfBuyers: number): ZeroInflated {
  const buyers = binomial(random, units, shareOfBuyers);
  return { units, values: Array.from({ length: buyers }, () => Math.exp(3 + 1.5 * random.normal())) };
}

/** The moments and skewness of all units, the zeros with them. */
export function inflatedMoments({ units, values }: ZeroInflated): { readonly moments: Moments; readonly skewness: number } {
  const some = momentsOf(values);
  const mean = (some.mean * some.n) / units;
  const m2 = some.m2 + some.mean ** 2 * some.n * (1 - some.n / units);
  const zeros = (units - some.n) * (-mean) ** 3;
  const third = values.reduce((sum, value) => sum + (value - mean) ** 3, zeros) / units;
  return { moments: { n: units, mean, m2 }, skewness: m2 > 0 ? third / (m2 / units) ** 1.5 : 0 };
}
