import { describe, expect, test } from 'vitest';
import { DomainError, type DomainErrorCode } from '../domain-error.ts';
import { betaCdf, betaQuantile } from './beta-distribution.ts';
import { chiSquareQuantile, chiSquareSurvival } from './chi-square.ts';
import { evaluateContinuedFraction } from './continued-fraction.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { incompleteGamma } from './incomplete-gamma.ts';
import { largestShape } from './limits.ts';
import { logGamma } from './log-gamma.ts';
import { normalCdf, normalDensity, normalQuantile, normalSurvival } from './normal.ts';
import { solveLogTail } from './solve-log-tail.ts';
import { studentTCdf, studentTQuantile, studentTSurvival } from './student-t.ts';

const { NaN: nan } = Number;

/** The code of the refusal, or what came back instead of one. */
function refusal(call: () => unknown): DomainErrorCode | { readonly returned: unknown } {
  try {
    return { returned: call() };
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

describe('the ends of a distribution have their exact value', () => {
  test.for<[name: string, actual: () => number, expected: number]>([
    ['normalCdf(-∞)', () => normalCdf(-Infinity), 0],
    ['normalCdf(∞)', () => normalCdf(Infinity), 1],
    ['normalSurvival(-∞)', () => normalSurvival(-Infinity), 1],
    ['normalSurvival(∞)', () => normalSurvival(Infinity), 0],
    ['normalSurvival(0)', () => normalSurvival(0), 0.5],
    ['normalSurvival(1e300)', () => normalSurvival(1e300), 0],
    ['normalDensity(∞)', () => normalDensity(Infinity), 0],
    ['normalQuantile(0)', () => normalQuantile(0), -Infinity],
    ['normalQuantile(½)', () => normalQuantile(0.5), 0],
    ['normalQuantile(1)', () => normalQuantile(1), Infinity],
    ['studentTCdf(-∞, 3)', () => studentTCdf(-Infinity, 3), 0],
    ['studentTSurvival(-∞, 3)', () => studentTSurvival(-Infinity, 3), 1],
    ['studentTSurvival(∞, 3)', () => studentTSurvival(Infinity, 3), 0],
    ['studentTSurvival(0, 3)', () => studentTSurvival(0, 3), 0.5],
    ['studentTQuantile(0, 3)', () => studentTQuantile(0, 3), -Infinity],
    ['studentTQuantile(½, 3)', () => studentTQuantile(0.5, 3), 0],
    ['studentTQuantile(1, 3)', () => studentTQuantile(1, 3), Infinity],
    ['studentTQuantile beyond the largest double', () => studentTQuantile(1e-12, 0.01), -Infinity],
    ['chiSquareSurvival(-1, 2)', () => chiSquareSurvival(-1, 2), 1],
    ['chiSquareSurvival(-∞, 2)', () => chiSquareSurvival(-Infinity, 2), 1],
    ['chiSquareSurvival(0, 2)', () => chiSquareSurvival(0, 2), 1],
    ['chiSquareSurvival(∞, 2)', () => chiSquareSurvival(Infinity, 2), 0],
    ['chiSquareQuantile(0, 2)', () => chiSquareQuantile(0, 2), 0],
    ['chiSquareQuantile(1, 2)', () => chiSquareQuantile(1, 2), Infinity],
    ['chiSquareQuantile under the smallest double', () => chiSquareQuantile(1e-300, 0.1), 0],
    ['betaCdf(-1, 2, 3)', () => betaCdf(-1, 2, 3), 0],
    ['betaCdf(2, 2, 3)', () => betaCdf(2, 2, 3), 1],
    ['betaQuantile(0, 2, 3)', () => betaQuantile(0, 2, 3), 0],
    ['betaQuantile(1, 2, 3)', () => betaQuantile(1, 2, 3), 1],
    ['betaQuantile under the smallest double', () => betaQuantile(1e-300, 0.1, 3), 0],
    ['logGamma(1)', () => logGamma(1), 0],
    ['logGamma(2)', () => logGamma(2), 0],
    ['logGamma(∞)', () => logGamma(Infinity), Infinity],
    ['incompleteGamma(2, 0).upper', () => incompleteGamma(2, 0).upper, 1],
    ['incompleteGamma(2, ∞).lower', () => incompleteGamma(2, Infinity).lower, 1],
  ])('%s', ([, actual, expected]) => {
    // Adding 0 turns -0 into 0: which of them a function returns is no promise.
    expect(actual() + 0).toBe(expected);
  });
});

test('Student t with endless degrees of freedom is the normal distribution', () => {
  for (const degrees of [Infinity, 1e308, 1e30, 1e25]) {
    expect(studentTSurvival(2.5, degrees)).toBeCloseTo(normalSurvival(2.5), 15);
    expect(studentTQuantile(0.025, degrees)).toBeCloseTo(normalQuantile(0.025), 13);
  }
});

describe('what has no value is refused by name', () => {
  test.for<[name: string, call: () => unknown]>([
    ['normalSurvival(NaN)', () => normalSurvival(nan)],
    ['normalCdf(NaN)', () => normalCdf(nan)],
    ['normalQuantile(NaN)', () => normalQuantile(nan)],
    ['normalQuantile(-0.1)', () => normalQuantile(-0.1)],
    ['normalQuantile(1.1)', () => normalQuantile(1.1)],
    ['studentTSurvival(NaN, 3)', () => studentTSurvival(nan, 3)],
    ['studentTSurvival(1, 0)', () => studentTSurvival(1, 0)],
    ['studentTSurvival(1, -1)', () => studentTSurvival(1, -1)],
    ['studentTCdf(1, NaN)', () => studentTCdf(1, nan)],
    ['studentTQuantile(0.5, 0)', () => studentTQuantile(0.5, 0)],
    ['studentTQuantile(NaN, 3)', () => studentTQuantile(nan, 3)],
    ['studentTQuantile(1.1, 3)', () => studentTQuantile(1.1, 3)],
    ['chiSquareSurvival(NaN, 1)', () => chiSquareSurvival(nan, 1)],
    ['chiSquareSurvival(1, 0)', () => chiSquareSurvival(1, 0)],
    ['chiSquareSurvival(1, ∞)', () => chiSquareSurvival(1, Infinity)],
    ['chiSquareQuantile(0.5, -1)', () => chiSquareQuantile(0.5, -1)],
    ['chiSquareQuantile(NaN, 1)', () => chiSquareQuantile(nan, 1)],
    ['betaCdf(NaN, 1, 1)', () => betaCdf(nan, 1, 1)],
    ['betaCdf(0.5, 0, 1)', () => betaCdf(0.5, 0, 1)],
    ['betaCdf(0.5, 1, ∞)', () => betaCdf(0.5, 1, Infinity)],
    ['betaQuantile(2, 1, 1)', () => betaQuantile(2, 1, 1)],
    ['betaQuantile(0, 0, 1)', () => betaQuantile(0, 0, 1)],
    ['incompleteBeta with y that is not 1 − x', () => incompleteBeta(1, 1, { x: 0.5, y: 0.4 })],
    ['incompleteGamma(NaN, 1)', () => incompleteGamma(nan, 1)],
    ['incompleteGamma(1, -1)', () => incompleteGamma(1, -1)],
    ['logGamma(0)', () => logGamma(0)],
    ['logGamma(-1.5)', () => logGamma(-1.5)],
    ['logGamma(NaN)', () => logGamma(nan)],
  ])('%s', ([, call]) => {
    expect(refusal(call)).toBe('OUT_OF_DOMAIN');
  });
});

test('shapes are taken up to the limit and refused beyond it', () => {
  expect(incompleteGamma(largestShape, largestShape).lower).toBeCloseTo(0.5, 5);
  expect(refusal(() => incompleteGamma(largestShape * 1.01, 1))).toBe('OUT_OF_DOMAIN');
  expect(incompleteBeta(largestShape, largestShape, { x: 0.5, y: 0.5 }).lower).toBeCloseTo(0.5, 5);
  expect(refusal(() => incompleteBeta(largestShape * 1.01, largestShape * 1.01, { x: 0.5, y: 0.5 }))).toBe('OUT_OF_DOMAIN');
});

test('a fraction or search that does not settle is refused instead of answered wrongly', () => {
  const functionName = 'test';
  expect(refusal(() => evaluateContinuedFraction({ functionName, numerator: () => -1, denominator: () => 1 }))).toBe(
    'OUT_OF_REACH',
  );
  const wandering = { functionName, direction: 'rising', target: 0.5, start: 0, low: -Infinity, high: Infinity } as const;
  expect(refusal(() => solveLogTail({ ...wandering, tail: () => ({ probability: 0.4, slope: 1e-9 }) }))).toBe('OUT_OF_REACH');
});

test('a refusal says which argument of which function, what it was and what it has to be', () => {
  expect(() => studentTQuantile(0.025, 0)).toThrow('studentTQuantile: degreesOfFreedom must be greater than 0, but it is 0');
});
