import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { relativeError } from '../shared-material.test-support.ts';
import type { ArmCount } from './arm-count.ts';
import { sampleRatioTest } from './chi-square-test.ts';

const even = (...units: readonly number[]): readonly ArmCount[] => units.map((count) => ({ units: count, weight: 50_000 }));

test('a split that fits has a statistic of 0 and a p-value of 1', () => {
  expect(sampleRatioTest(even(5000, 5000))).toEqual({
    kind: 'ok',
    statistic: 0,
    degreesOfFreedom: 1,
    pValue: 1,
    expectedUnits: [5000, 5000],
    unexpectedUnits: 0,
  });
});

test('a thousand units too many of a hundred thousand are found', () => {
  const outcome = sampleRatioTest(even(50_000, 51_000));
  expect(outcome.kind === 'ok' && relativeError(outcome.pValue, 0.001651898732357361)).toBeLessThan(1e-11);
});

test('the p-value does not depend on the scale of the weights', () => {
  const at = (scale: number): unknown =>
    sampleRatioTest([
      { units: 9000, weight: 9 * scale },
      { units: 1100, weight: scale },
    ]);
  expect(at(1024)).toEqual(at(1));
  expect(at(2 ** 1000)).toEqual(at(1));
  expect(at(2 ** -1000)).toEqual(at(1));
});

test('an arm without weight is no degree of freedom, and units in it are reported apart', () => {
  const without = sampleRatioTest(even(5000, 5200));
  const outcome = sampleRatioTest([...even(5000, 5200), { units: 3, weight: 0 }]);
  expect(outcome).toEqual({ ...without, expectedUnits: [5100, 5100, 0], unexpectedUnits: 3 });
});

test('too little to test is a value with its reason', () => {
  expect(sampleRatioTest(even(0, 0))).toEqual({ kind: 'not-computable', reason: 'no-units', unexpectedUnits: 0 });
  const single = { kind: 'not-computable', reason: 'fewer-than-two-arms', unexpectedUnits: 7 };
  expect(sampleRatioTest([...even(10), { units: 7, weight: 0 }])).toEqual(single);
  expect(sampleRatioTest([{ units: 7, weight: 0 }])).toEqual(single);
  expect(sampleRatioTest([])).toEqual({ ...single, unexpectedUnits: 0 });
});

test('counts and weights that can not be are refused', () => {
  for (const wrong of [
    { units: -1, weight: 1 },
    { units: 1.5, weight: 1 },
    { units: 1, weight: -1 },
    { units: 1, weight: Infinity },
  ]) {
    expect(() => sampleRatioTest([wrong, { units: 1, weight: 1 }])).toThrow(DomainError);
  }
});
