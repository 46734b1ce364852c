import { argumentsOf } from '../domain-error.ts';
import { halfLogTwoPi } from './constants.ts';
import { stirlingError } from './stirling-error.ts';

/** 1 − γ, with Euler's constant γ */
const oneMinusEuler = 0.42278433509846713;

/** ζ(k) − 1 for k = 2, 3, … 29; at |e| ≤ ½ the next term is under 10⁻¹⁹. */
const zetaMinusOne: readonly number[] = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914, 0.008349277381922827,
  0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645, 0.0002460865533080483,
  0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6,
  3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7, 2.38450502727733e-7,
  1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8, 7.45071178983543e-9,
  3.725334024788457e-9, 1.862659723513049e-9,
];

const check = argumentsOf('logGamma');

/**
 * ln Γ(x) for x > 0 (`Infinity` at `Infinity`), with a small relative error at its zeros 1 and 2 too.
 *
 * - ½ ≤ x ≤ 2½: the Taylor series at 2, ln Γ(2+e) = (1−γ)·e + Σ (−1)ᵏ(ζ(k)−1)·eᵏ/k (DLMF 5.7.3).
 * - x < ½: ln Γ(x) = ln Γ(x+1) − ln x.
 * - above: Stirling's formula with its error term (DLMF 5.11.1).
 *
 * @throws DomainError for x ≤ 0 and NaN.
 */
export function logGamma(x: number): number {
  check(x > 0, 'x', x, 'greater than 0');
  if (x === Infinity) return Infinity;
  if (x < 0.5) return nearTwo(x) - Math.log1p(x) - Math.log(x);
  if (x < 1.5) return nearTwo(x - 1) - Math.log(x);
  if (x <= 2.5) return nearTwo(x - 2);
  // Γ(x) = Γ(x+1)/x; (x − ½)·(ln x − 1) keeps the two large terms in one product.
  return (x - 0.5) * (Math.log(x) - 1) - 0.5 + halfLogTwoPi + stirlingError(x);
}

function nearTwo(e: number): number {
  let sum = 0;
  for (let k = zetaMinusOne.length + 1; k >= 2; k -= 1) {
    sum = (zetaMinusOne[k - 2] ?? 0) / k - e * sum;
  }
  return e * (oneMinusEuler + e * sum);
}
