import { argumentsOf } from '../domain-error.ts';
import { normalCdf, normalSurvival } from '../special-functions/normal.ts';

/** Terms until they vanish in a double; the slowest case needs under ten. */
const mostTerms = 50;

/**
 * P(sup |B(t)| > x over 0 ≤ t ≤ 1) of a standard Brownian motion: 4·Σ(−1)ᵏ·Φ̄((2k+1)x), and below x = 1, where that converges slowly,
 * 1 − (4/π)·Σ(−1)ᵏ/(2k+1)·exp(−(2k+1)²π²/(8x²)) (W. Feller 1971, vol. 2, X.5).
 *
 * @throws DomainError for x < 0 and NaN
 */
export function supremumSurvival(x: number): number {
  argumentsOf('supremumSurvival')(x >= 0, 'x', x, 'at least 0');
  if (x === 0) return 1;
  const term =
    x >= 1
      ? (odd: number): number => 4 * normalSurvival(odd * x)
      : (odd: number): number => ((4 / Math.PI) * Math.exp(-((odd * Math.PI) ** 2) / 8 / x / x)) / odd;
  let sum = 0;
  for (let k = 0; k < mostTerms; k += 1) {
    const next = term(2 * k + 1);
    if (next <= Math.abs(sum) * Number.EPSILON * 0.25) break;
    sum += k % 2 === 0 ? next : -next;
  }
  return x >= 1 ? Math.min(1, sum) : 1 - sum;
}

/**
 * P(|B| reaches `bar` before time t, or |B(t)| > x), for 0 ≤ x ≤ bar: by reflection,
 * 1 − Σ_k(−1)ᵏ·[Φ((x − 2k·bar)/√t) − Φ((−x − 2k·bar)/√t)].
 *
 * A probability; times and levels are those of a standard Brownian motion (W. Feller 1971, vol. 2, X.5).
 *
 * @throws DomainError for figures out of these ranges
 */
export function crossedOrBeyond(x: number, bar: number, time: number): number {
  const check = argumentsOf('crossedOrBeyond');
  check(bar > 0 && bar < Infinity, 'bar', bar, 'greater than 0 and finite');
  check(x >= 0 && x <= bar, 'x', x, `from 0 to the bar, ${bar}`);
  check(time > 0 && time <= 1, 'time', time, 'greater than 0 and at most 1');
  const root = Math.sqrt(time);
  // The smaller tail of each pair is added, so that a small probability keeps its digits.
  let sum = 2 * normalSurvival(x / root);
  for (let k = 1; k < mostTerms; k += 1) {
    const inside = normalCdf((x - 2 * k * bar) / root) - normalCdf((-x - 2 * k * bar) / root);
    if (inside <= sum * Number.EPSILON * 0.25) break;
    sum += k % 2 === 0 ? -2 * inside : 2 * inside;
  }
  return Math.min(1, sum);
}
