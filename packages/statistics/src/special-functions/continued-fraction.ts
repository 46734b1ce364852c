import { DomainError } from '../domain-error.ts';
import { largestTermCount } from './limits.ts';

/** b₀ + a₁/(b₁ + a₂/(b₂ + …)): `denominator(i)` is bᵢ, `numerator(i)` is aᵢ (never asked for i = 0). */
export interface ContinuedFraction {
  readonly functionName: string;
  readonly numerator: (index: number) => number;
  readonly denominator: (index: number) => number;
}

/** Stands in for a partial denominator of exactly 0, which Lentz's ratios can't divide by. */
const tiny = 1e-300;

const nonZero = (value: number): number => (Math.abs(value) < tiny ? tiny : value);

/**
 * The value of a continued fraction, by the modified Lentz method (Thompson & Barnett 1986, J. Comput. Phys. 64, 490):
 * front to back, with ratios instead of numerators and denominators, so that nothing overflows.
 *
 * @throws DomainError `OUT_OF_REACH` where it does not settle.
 */
export function evaluateContinuedFraction({ functionName, numerator, denominator }: ContinuedFraction): number {
  let value = nonZero(denominator(0));
  let forward = value;
  let backward = 0;
  for (let index = 1; index <= largestTermCount; index += 1) {
    const a = numerator(index);
    const b = denominator(index);
    backward = 1 / nonZero(b + a * backward);
    forward = nonZero(b + a / forward);
    const ratio = forward * backward;
    value *= ratio;
    if (Math.abs(ratio - 1) <= Number.EPSILON) return value;
  }
  throw new DomainError('OUT_OF_REACH', {
    functionName,
    argument: 'the combination of arguments',
    value,
    requirement: `one whose continued fraction settles within ${largestTermCount} terms`,
  });
}
