import { argumentsOf } from '../domain-error.ts';
import { boundaryWidth, largestLogarithm, smallestLogarithm } from './constants.ts';
import { gammaPrefix, incompleteGamma } from './incomplete-gamma.ts';
import { largestShape } from './limits.ts';
import { solveLogTail } from './solve-log-tail.ts';

function checkDegrees(functionName: string, degreesOfFreedom: number): void {
  const holds = degreesOfFreedom > 0 && degreesOfFreedom <= 2 * largestShape;
  argumentsOf(functionName)(holds, 'degreesOfFreedom', degreesOfFreedom, `greater than 0 and at most ${2 * largestShape}`);
}

/**
 * P(X > x) of the chi-square distribution: Q(df/2, x/2) (DLMF 8.23; Abramowitz & Stegun 26.4.19). 1 for x ≤ 0, 0 at `Infinity`.
 *
 * @param degreesOfFreedom in (0, 2·10¹⁰], not necessarily whole.
 * @throws DomainError outside of these ranges.
 */
export function chiSquareSurvival(x: number, degreesOfFreedom: number): number {
  checkDegrees('chiSquareSurvival', degreesOfFreedom);
  argumentsOf('chiSquareSurvival')(!Number.isNaN(x), 'x', x, 'a number');
  return x <= 0 ? 1 : incompleteGamma(degreesOfFreedom / 2, x / 2).upper;
}

/**
 * The x with P(X ≤ x) = p of the chi-square distribution; 0 at p = 0 (and where x is under the smallest double), `Infinity` at 1.
 * Newton's method on the logarithm of the smaller tail, in ln x.
 *
 * @throws DomainError for p outside of [0, 1] and degrees of freedom outside of (0, 2·10¹⁰].
 */
export function chiSquareQuantile(p: number, degreesOfFreedom: number): number {
  checkDegrees('chiSquareQuantile', degreesOfFreedom);
  argumentsOf('chiSquareQuantile')(p >= 0 && p <= 1, 'p', p, 'from 0 to 1');
  if (p === 0) return 0;
  if (p === 1) return Infinity;
  const shape = degreesOfFreedom / 2;
  const lower = p <= 0.5;
  const logarithm = solveLogTail({
    functionName: 'chiSquareQuantile',
    tail: (u) => {
      const x = Math.exp(u);
      const tails = incompleteGamma(shape, x);
      const slope = shape * gammaPrefix(shape, x);
      return lower ? { probability: tails.lower, slope } : { probability: tails.upper, slope: -slope };
    },
    direction: lower ? 'rising' : 'falling',
    target: lower ? p : 1 - p,
    start: Math.log(shape),
    low: smallestLogarithm,
    high: largestLogarithm,
  });
  // The search ends at its lower bound where the answer is below it: under the smallest double.
  return logarithm <= smallestLogarithm + boundaryWidth ? 0 : 2 * Math.exp(logarithm);
}
