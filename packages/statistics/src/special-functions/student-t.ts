import { argumentsOf } from '../domain-error.ts';
import { largestLogarithm, smallestLogarithm } from './constants.ts';
import { betaPrefix, incompleteBeta, type BetaPoint } from './incomplete-beta.ts';
import { logGamma } from './log-gamma.ts';
import { normalQuantile, normalSurvival } from './normal.ts';
import { solveLogTail } from './solve-log-tail.ts';

/** Above it t²/df, and with it the argument of the incomplete beta function, leaves the range of doubles. */
const largestRatio = 1e300;

/** The tails of t and normal differ by the factor 1 + t⁴/(4·df) at most: nothing, where t < 39 and double precision are concerned. */
const normalFrom = 1e30;

function checkDegrees(functionName: string, degreesOfFreedom: number): void {
  argumentsOf(functionName)(degreesOfFreedom > 0, 'degreesOfFreedom', degreesOfFreedom, 'greater than 0');
}

/** P(T ≤ t) of Student's t distribution, see `studentTSurvival`. */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  return studentTSurvival(-t, degreesOfFreedom);
}

/**
 * P(T > t) of Student's t distribution: ½·Iₓ(df/2, ½) at x = df/(df + t²) for t ≥ 0 (Abramowitz & Stegun 26.7.1, DLMF 8.17).
 * 0 and 1 at the infinities. A two-sided p-value is 2·studentTSurvival(|t|, df): it keeps its digits however small it is.
 *
 * @param degreesOfFreedom > 0, not necessarily whole; `Infinity` is the normal distribution.
 * @throws DomainError for NaN and degrees of freedom ≤ 0.
 */
export function studentTSurvival(t: number, degreesOfFreedom: number): number {
  checkDegrees('studentTSurvival', degreesOfFreedom);
  argumentsOf('studentTSurvival')(!Number.isNaN(t), 't', t, 'a number');
  if (degreesOfFreedom >= normalFrom) return normalSurvival(t);
  return t >= 0 ? upperTail(t, degreesOfFreedom) : 1 - upperTail(-t, degreesOfFreedom);
}

function upperTail(t: number, degreesOfFreedom: number): number {
  if (t === Infinity) return 0;
  const ratio = squaredRatio(t, degreesOfFreedom);
  if (ratio > largestRatio) return powerLawTail(t, degreesOfFreedom);
  return 0.5 * incompleteBeta(degreesOfFreedom / 2, 0.5, tailPoint(ratio)).lower;
}

/** (t/√df)² overflows later than t²/df does. */
function squaredRatio(t: number, degreesOfFreedom: number): number {
  return (t / Math.sqrt(degreesOfFreedom)) ** 2;
}

function tailPoint(ratio: number): BetaPoint {
  return { x: 1 / (1 + ratio), y: ratio === 0 ? 0 : 1 / (1 + 1 / ratio) };
}

/** The leading term of the tail, (√df/t)^df / (df·B(df/2, ½)); the next is smaller by df/t² < 10⁻³⁰⁰ (DLMF 8.17.7). */
function powerLawTail(t: number, degreesOfFreedom: number): number {
  const half = degreesOfFreedom / 2;
  const logBeta = logGamma(half) + logGamma(0.5) - logGamma(half + 0.5);
  const logRatio = 0.5 * Math.log(degreesOfFreedom) - Math.log(t);
  return Math.exp(degreesOfFreedom * logRatio - logBeta) / degreesOfFreedom;
}

/**
 * The t with P(T ≤ t) = p of Student's t distribution; −`Infinity` at 0, `Infinity` at 1, and the same where |t| exceeds the
 * largest double. Newton's method in ln |t| on the logarithm of the smaller tail, or of P(0 < T ≤ t) in the middle half.
 * The two-sided critical value at level α is −studentTQuantile(α/2, df).
 *
 * @throws DomainError for p outside of [0, 1] and degrees of freedom ≤ 0.
 */
export function studentTQuantile(p: number, degreesOfFreedom: number): number {
  checkDegrees('studentTQuantile', degreesOfFreedom);
  argumentsOf('studentTQuantile')(p >= 0 && p <= 1, 'p', p, 'from 0 to 1');
  if (degreesOfFreedom >= normalFrom) return normalQuantile(p);
  if (p === 0.5) return 0;
  if (p > 0.5) return -studentTQuantile(1 - p, degreesOfFreedom);
  if (p === 0) return -Infinity;
  const logarithm = p < 0.25 ? upperLogarithm(p, degreesOfFreedom) : centralLogarithm(0.5 - p, degreesOfFreedom);
  return logarithm >= largestLogarithm ? -Infinity : -Math.exp(logarithm);
}

function upperLogarithm(tail: number, degreesOfFreedom: number): number {
  // The t distribution has the heavier tails, so the normal quantile lies on the inner side.
  const start = Math.log(-normalQuantile(tail));
  const atEnd = upperTail(Math.exp(largestLogarithm), degreesOfFreedom);
  if (atEnd >= tail) return largestLogarithm;
  return solveLogTail({
    functionName: 'studentTQuantile',
    tail: (u) => {
      const t = Math.exp(u);
      const probability = upperTail(t, degreesOfFreedom);
      return { probability, slope: -slopeInLogarithm(t, degreesOfFreedom, probability) };
    },
    direction: 'falling',
    target: tail,
    start,
    low: start - 1e-9,
    high: largestLogarithm,
  });
}

function centralLogarithm(central: number, degreesOfFreedom: number): number {
  return solveLogTail({
    functionName: 'studentTQuantile',
    tail: (u) => {
      const t = Math.exp(u);
      const { x, y } = tailPoint(squaredRatio(t, degreesOfFreedom));
      const probability = 0.5 * incompleteBeta(0.5, degreesOfFreedom / 2, { x: y, y: x }).lower;
      return { probability, slope: slopeInLogarithm(t, degreesOfFreedom, probability) };
    },
    direction: 'rising',
    target: central,
    start: Math.log(-normalQuantile(0.5 - central)),
    low: smallestLogarithm,
    high: largestLogarithm,
  });
}

/**
 * The size of a tail's slope in ln t, that is t times the density. ½·I has the slope ½·prefix in the logit of its argument, which is
 * ln t² up to sign and a constant, hence prefix in ln t. In the power law it is df times the tail.
 */
function slopeInLogarithm(t: number, degreesOfFreedom: number, tail: number): number {
  const ratio = squaredRatio(t, degreesOfFreedom);
  return ratio > largestRatio ? degreesOfFreedom * tail : betaPrefix(degreesOfFreedom / 2, 0.5, tailPoint(ratio));
}
