import { argumentsOf } from '../domain-error.ts';
import { evaluateContinuedFraction } from './continued-fraction.ts';
import { deviance } from './deviance.ts';
import { largestShape, largestTermCount } from './limits.ts';
import { stirlingError } from './stirling-error.ts';
import type { Tails } from './tails.ts';

const check = argumentsOf('incompleteGamma');

/**
 * The regularised incomplete gamma functions P(a, x) = γ(a, x)/Γ(a) (`lower`) and Q = 1 − P (`upper`).
 *
 * Below x = a + 1 the power series of P (DLMF 8.7.1), above it the even part of the continued fraction of Q (DLMF 8.9.2);
 * the smaller tail is never one minus the larger there.
 *
 * @param shape a, in (0, 10¹⁰].
 * @param x ≥ 0, `Infinity` included.
 * @returns both tails, relative error under 10⁻¹² up to a shape of 10⁶ and under 10⁻¹⁰ up to 10¹⁰. `upper` loses relative (not
 *   absolute) accuracy for shapes below 0.01, where it is itself close to 0.
 * @throws DomainError outside of these ranges.
 */
export function incompleteGamma(shape: number, x: number): Tails {
  check(shape > 0 && shape <= largestShape, 'shape', shape, `greater than 0 and at most ${largestShape}`);
  check(x >= 0, 'x', x, 'at least 0');
  if (x === 0) return { lower: 0, upper: 1 };
  if (x === Infinity) return { lower: 1, upper: 0 };
  const prefix = gammaPrefix(shape, x);
  if (x < shape + 1) {
    const lower = Math.min(1, prefix * powerSeries(shape, x));
    return { lower, upper: 1 - lower };
  }
  const fraction = evaluateContinuedFraction({
    functionName: 'incompleteGamma',
    numerator: (index) => -index * (index - shape),
    denominator: (index) => x + 2 * index + 1 - shape,
  });
  const upper = Math.min(1, (prefix * shape) / fraction);
  return { lower: 1 - upper, upper };
}

/** xᵃ·e⁻ˣ/Γ(a+1): the Poisson probability of a at mean x, in Loader's saddle-point form. */
export function gammaPrefix(shape: number, x: number): number {
  return Math.exp(-stirlingError(shape) - deviance(shape, x)) / Math.sqrt(2 * Math.PI * shape);
}

function powerSeries(shape: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let index = 1; index <= largestTermCount; index += 1) {
    term *= x / (shape + index);
    sum += term;
    if (term <= sum * Number.EPSILON * 0.25) break;
  }
  return sum;
}
