import { argumentsOf } from '../domain-error.ts';
import { halfLogTwoPi } from './constants.ts';
import { stirlingError } from './stirling-error.ts';

/** 1 − γ, with Euler's constant γ */
const oneMinusEuler = 0.42278433509846713939;

/** ζ(k) − 1 for k = 2, 3, … 29; at |e| ≤ ½ the next term is under 10⁻¹⁹. */
const zetaMinusOne: readonly number[] = [
  0.64493406684822643647, 0.2020569031595942854, 0.082323233711138191516, 0.036927755143369926331, 0.017343061984449139715,
  0.0083492773819228268398, 0.0040773561979443393787, 0.0020083928260822144179, 0.00099457512781808533715,
  0.0004941886041194645587, 0.00024608655330804829864, 0.00012271334757848914675, 0.000061248135058704829259,
  0.000030588236307020493552, 0.000015282259408651871733, 7.6371976378997622736e-6, 3.8172932649998398565e-6,
  1.9082127165539389257e-6, 9.5396203387279611315e-7, 4.7693298678780646312e-7, 2.3845050272773299e-7, 1.1921992596531107307e-7,
  5.9608189051259479612e-8, 2.9803503514652280186e-8, 1.4901554828365041235e-8, 7.450711789835429492e-9, 3.7253340247884570548e-9,
  1.8626597235130490064e-9,
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
