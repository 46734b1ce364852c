import type { SeededRandom } from '@stitchd/statistics';

/** Above this mean a binomial number is drawn as a rounded normal one with its skewness; below, exactly, by inversion. */
const largestExactMean = 60;

/** How many of n succeed at this rate, from 0 to n. */
export function binomial(random: SeededRandom, n: number, rate: number): number {
  if (rate > 0.5) return n - binomial(random, n, 1 - rate);
  const mean = n * rate;
  if (mean > largestExactMean) return nearlyBinomial(random, n, rate);
  // P(0) = (1−p)ⁿ, P(k+1)/P(k) = (n−k)/(k+1)·p/(1−p).
  const odds = rate / (1 - rate);
  let probability = Math.exp(n * Math.log1p(-rate));
  let left = random.uniform();
  for (let count = 0; count < n; count += 1) {
    left -= probability;
    if (left < 0) return count;
    probability *= ((n - count) / (count + 1)) * odds;
  }
  return n;
}

/** Cornish–Fisher to the first order: mean + sd·(z + skewness·(z² − 1)/6), rounded. */
function nearlyBinomial(random: SeededRandom, n: number, rate: number): number {
  const deviation = Math.sqrt(n * rate * (1 - rate));
  const skewness = (1 - 2 * rate) / deviation;
  const z = random.normal();
  return Math.min(n, Math.max(0, Math.round(n * rate + deviation * (z + (skewness * (z * z - 1)) / 6))));
}
