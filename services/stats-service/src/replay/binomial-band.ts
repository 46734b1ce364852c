import { logGamma } from '@stitchd/statistics';

/** Counts of a binomial that leave at most half of `outside` on either side. */
export function binomialBand(n: number, p: number, outside: number): { readonly low: number; readonly high: number } {
  const logChoose = (k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  const mass = (k: number): number => Math.exp(logChoose(k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
  let [low, below] = [0, mass(0)];
  while (below <= outside / 2 && low < n) below += mass(++low);
  let [high, above] = [n, mass(n)];
  while (above <= outside / 2 && high > 0) above += mass(--high);
  return { low, high };
}
