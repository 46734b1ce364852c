import { halfLogTwoPi } from './constants.ts';

/** Above this the asymptotic series below is exact to double precision (its first omitted term is under 10⁻¹⁷). */
const asymptoticFrom = 15;

/**
 * δ(x) = ln Γ(x+1) − (x+½)·ln x + x − ½·ln 2π: what Stirling's formula leaves out. x > 0.
 *
 * With it, ratios of gamma functions lose their large logarithms before anything is rounded: the point of Loader's method
 * (C. Loader 2000, "Fast and accurate computation of binomial probabilities").
 * Asymptotic series: DLMF 5.11.1. Below 15 by δ(x) = δ(x+1) + (x+½)·ln(1+1/x) − 1, which follows from Γ(x+2) = (x+1)·Γ(x+1).
 */
export function stirlingError(x: number): number {
  if (x < Number.MIN_VALUE / Number.EPSILON) return -0.5 * Math.log(x) - halfLogTwoPi;
  let shifted = x;
  let sum = 0;
  while (shifted < asymptoticFrom) {
    sum += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
    shifted += 1;
  }
  const square = shifted * shifted;
  const series = 1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square;
  return sum + series / shifted;
}
