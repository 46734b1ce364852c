import { expect, test } from 'vitest';
import { relativeError, sharedText } from '../shared-material.test-support.ts';
import { betaCdf, betaQuantile } from './beta-distribution.ts';
import { chiSquareQuantile, chiSquareSurvival } from './chi-square.ts';
import { incompleteGamma } from './incomplete-gamma.ts';
import { logGamma } from './log-gamma.ts';
import { normalCdf, normalQuantile, normalSurvival } from './normal.ts';
import { referencePoints } from './reference-points.test-support.ts';
import { studentTCdf, studentTQuantile, studentTSurvival } from './student-t.ts';

const largestError = 1e-11;

const functions: Readonly<Record<string, (...values: [number, number, number]) => number>> = {
  logGamma,
  incompleteGammaLower: (shape, x) => incompleteGamma(shape, x).lower,
  incompleteGammaUpper: (shape, x) => incompleteGamma(shape, x).upper,
  normalSurvival,
  normalQuantile,
  studentTSurvival,
  studentTQuantile,
  chiSquareSurvival,
  chiSquareQuantile,
  betaCdf,
  betaQuantile,
};

/** The names that the shared file calls them by. */
const sharedFunctions: typeof functions = {
  ncdf: normalCdf,
  nppf: normalQuantile,
  tcdf: studentTCdf,
  tppf: studentTQuantile,
  chi2sf: chiSquareSurvival,
  chi2ppf: chiSquareQuantile,
  bcdf: betaCdf,
  bppf: betaQuantile,
};

function errorOf(table: typeof functions, name: string, values: readonly number[], expected: number): number {
  const apply = table[name];
  if (apply === undefined) throw new Error(`no function is called ${name}`);
  const [first = Number.NaN, second = Number.NaN, third = Number.NaN] = values;
  return relativeError(apply(first, second, third), expected);
}

test('every special function has its committed points', () => {
  expect(referencePoints.length).toBeGreaterThanOrEqual(40);
  expect([...new Set(referencePoints.map(({ name }) => name))].toSorted()).toEqual(Object.keys(functions).toSorted());
});

test.for(referencePoints.map((point) => [`${point.name}(${point.arguments.join(', ')})`, point] as const))(
  '%s is right to 1e-11',
  ([, { name, arguments: values, value }]) => {
    expect(errorOf(functions, name, values, value)).toBeLessThanOrEqual(largestError);
  },
);

const sharedPoints = sharedText('reference/special-functions.json');

test.skipIf(sharedPoints === undefined)('all shared reference points are right to 1e-11', () => {
  const points = JSON.parse(sharedPoints ?? '[]') as readonly {
    readonly fn: string;
    readonly args: number[];
    readonly ref: number;
  }[];
  expect(points.length).toBeGreaterThanOrEqual(368);
  const wrong = points.filter(({ fn, args, ref }) => !(errorOf(sharedFunctions, fn, args, ref) <= largestError));
  expect(wrong).toEqual([]);
});
