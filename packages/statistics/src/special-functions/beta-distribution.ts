import { argumentsOf } from '../domain-error.ts';
import { boundaryWidth, largestLogarithm } from './constants.ts';
import { betaPrefix, incompleteBeta, type BetaPoint } from './incomplete-beta.ts';
import { solveLogTail } from './solve-log-tail.ts';

/**
 * P(X ≤ x) of the beta distribution: Iₓ(a, b). 0 for x ≤ 0, 1 for x ≥ 1.
 *
 * @throws DomainError for NaN and for a or b that `incompleteBeta` refuses.
 */
export function betaCdf(x: number, a: number, b: number): number {
  argumentsOf('betaCdf')(!Number.isNaN(x), 'x', x, 'a number');
  const inside = Math.min(1, Math.max(0, x));
  return incompleteBeta(a, b, { x: inside, y: 1 - inside }).lower;
}

/**
 * The x with P(X ≤ x) = p of the beta distribution; 0 at p = 0 (and where x is under the smallest double), 1 at p = 1.
 * Newton's method on the logarithm of the smaller tail, in the logit of x, where both ends of [0, 1] keep their digits.
 *
 * @throws DomainError for p outside of [0, 1] and for a or b that `incompleteBeta` refuses.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  argumentsOf('betaQuantile')(p >= 0 && p <= 1, 'p', p, 'from 0 to 1');
  if (p === 0 || p === 1) return betaCdf(p, a, b);
  const lower = p <= 0.5;
  const logit = solveLogTail({
    functionName: 'betaQuantile',
    tail: (u) => {
      const point = fromLogit(u);
      const tails = incompleteBeta(a, b, point);
      const slope = betaPrefix(a, b, point);
      return lower ? { probability: tails.lower, slope } : { probability: tails.upper, slope: -slope };
    },
    direction: lower ? 'rising' : 'falling',
    target: lower ? p : 1 - p,
    start: Math.log(a / b),
    low: -largestLogarithm,
    high: largestLogarithm,
  });
  if (logit <= boundaryWidth - largestLogarithm) return 0;
  return fromLogit(logit).x;
}

function fromLogit(u: number): BetaPoint {
  return { x: 1 / (1 + Math.exp(-u)), y: 1 / (1 + Math.exp(u)) };
}
