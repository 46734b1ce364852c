import { argumentsOf } from '../domain-error.ts';
import { rootTwoPi } from './constants.ts';
import { evaluateContinuedFraction } from './continued-fraction.ts';
import { solveLogTail } from './solve-log-tail.ts';

/** Below this |z| the series around 0, above it the continued fraction of the tail; both need under 60 terms here. */
const tailFrom = 1.5;

/** Beyond it the tail is under the smallest double. */
const largestQuantile = 39;

/** exp(−z²/2)/√(2π). z² is split so that its rounding (relative 10⁻¹³ at z = 37) does not reach the result. */
export function normalDensity(z: number): number {
  if (Math.abs(z) > largestQuantile) return 0;
  const high = Math.fround(z);
  return (Math.exp((-high * high) / 2) * Math.exp((-(z - high) * (z + high)) / 2)) / rootTwoPi;
}

/** P(Z ≤ z) of the standard normal distribution; 0 and 1 at the infinities. @throws DomainError for NaN. */
export function normalCdf(z: number): number {
  return normalSurvival(-z);
}

/**
 * P(Z > z) of the standard normal distribution, relative error under 10⁻¹³ wherever it is a normal double (z ≤ 37.5).
 *
 * @throws DomainError for NaN.
 */
export function normalSurvival(z: number): number {
  argumentsOf('normalSurvival')(!Number.isNaN(z), 'z', z, 'a number');
  if (Math.abs(z) < tailFrom) return 0.5 - normalCentral(z);
  return z > 0 ? upperTail(z) : 1 - upperTail(-z);
}

/** P(0 < Z ≤ z) for small |z|: φ(z)·(z + z³/3 + z⁵/(3·5) + …), Abramowitz & Stegun 26.2.11. */
function normalCentral(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > Math.abs(sum) * Number.EPSILON * 0.25; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return normalDensity(z) * sum;
}

/** φ(z)·z/(z²+1 − 1·2/(z²+5 − 3·4/(z²+9 − …))): the even part of Laplace's fraction, DLMF 7.9.2 at z/√2. */
function upperTail(z: number): number {
  const density = normalDensity(z);
  if (density === 0) return 0;
  const square = z * z;
  const fraction = evaluateContinuedFraction({
    functionName: 'normalSurvival',
    numerator: (index) => -(2 * index - 1) * (2 * index),
    denominator: (index) => square + 4 * index + 1,
  });
  return (density * z) / fraction;
}

/**
 * The z with P(Z ≤ z) = p; −`Infinity` at 0 and `Infinity` at 1.
 *
 * Newton's method on the logarithm of the smaller tail, or of P(0 < Z ≤ z) in the middle half, from the rational start of
 * Abramowitz & Stegun 26.2.23. For an upper tail a that is tiny, −normalQuantile(a) keeps the digits that 1 − a would lose.
 *
 * @throws DomainError for p outside of [0, 1] and NaN.
 */
export function normalQuantile(p: number): number {
  argumentsOf('normalQuantile')(p >= 0 && p <= 1, 'p', p, 'from 0 to 1');
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return -Infinity;
  return p < 0.25 ? -upperQuantile(p) : -centralQuantile(0.5 - p);
}

function upperQuantile(tail: number): number {
  const root = Math.sqrt(-2 * Math.log(tail));
  const start =
    root - (2.515517 + root * (0.802853 + root * 0.010328)) / (1 + root * (1.432788 + root * (0.189269 + root * 0.001308)));
  return solveLogTail({
    functionName: 'normalQuantile',
    tail: (z) => ({ probability: normalSurvival(z), slope: -normalDensity(z) }),
    direction: 'falling',
    target: tail,
    start,
    low: 0,
    high: largestQuantile,
  });
}

function centralQuantile(central: number): number {
  const logarithm = solveLogTail({
    functionName: 'normalQuantile',
    tail: (u) => ({ probability: normalCentral(Math.exp(u)), slope: Math.exp(u) * normalDensity(Math.exp(u)) }),
    direction: 'rising',
    target: central,
    start: Math.log(central * rootTwoPi),
    low: -40,
    high: 0,
  });
  return Math.exp(logarithm);
}
