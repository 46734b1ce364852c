import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { benjaminiHochberg, falseCoverageAlpha } from './benjamini-hochberg.ts';
import { holm } from './holm.ts';
import { guardrailPower, nonInferiority } from './non-inferiority.ts';
import { simultaneous } from './simultaneous.ts';

const pValues = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216];

function expectAll(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 12));
}

test('ten p-values by Holm and by Benjamini and Hochberg', () => {
  expectAll(holm(pValues), [0.01, 0.072, 0.312, 0.312, 0.312, 0.312, 0.312, 0.615, 0.615, 0.615]);
  expectAll(benjaminiHochberg(pValues), [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.074 * (10 / 7), 0.216, 0.216, 0.216]);
});

test('the order of the metrics does not matter, none and one are themselves', () => {
  expectAll(holm(pValues.toReversed()), holm(pValues).toReversed());
  expectAll(benjaminiHochberg(pValues.toReversed()), benjaminiHochberg(pValues).toReversed());
  for (const adjust of [holm, benjaminiHochberg]) {
    expect(adjust([])).toEqual([]);
    expect(adjust([0.03])).toEqual([0.03]);
    expect(() => adjust([1.5])).toThrow(DomainError);
    expect(() => adjust([Number.NaN])).toThrow(DomainError);
  }
});

test('an arm that only step-down calls has its interval closed at 0, on either side', () => {
  const [first, second, third] = simultaneous(
    [
      { pValue: 0.001, difference: 3, interval: { low: 1, high: 5 } },
      { pValue: 0.04, difference: -2, interval: { low: -4, high: 0.2 } },
      { pValue: 0.02, difference: 2, interval: { low: -0.1, high: 4 } },
    ],
    0.05,
  );
  expect(first).toEqual({ adjustedPValue: 0.003, isCalled: true, interval: { low: 1, high: 5 }, isClosedAtZero: false });
  expect(second).toMatchObject({ isCalled: true, isClosedAtZero: true, interval: { low: -4, high: 0 } });
  expect(third).toMatchObject({ isCalled: true, isClosedAtZero: true, interval: { low: 0, high: 4 } });
  const [alone] = simultaneous([{ pValue: 0.2, difference: 1, interval: { low: -1, high: 3 } }], 0.05);
  expect(alone).toMatchObject({ isCalled: false, isClosedAtZero: false, interval: { low: -1, high: 3 } });
  expect(() => simultaneous([], 0)).toThrow(DomainError);
});

test('intervals of what was called are as wide as the share called asks for', () => {
  expect(falseCoverageAlpha(3, 12, 0.1)).toBeCloseTo(0.025, 15);
  expect(falseCoverageAlpha(0, 12, 0.1)).toBeCloseTo(0.1 / 12, 15);
  expect(falseCoverageAlpha(0, 0, 0.1)).toBe(0.1);
});

test.for([
  [{ low: -0.5, high: 2 }, 'larger', 'passed'],
  [{ low: -1.5, high: 2 }, 'larger', 'open'],
  [{ low: -3, high: -1.2 }, 'larger', 'failed'],
  [{ low: -2, high: 0.5 }, 'smaller', 'passed'],
  [{ low: -2, high: 1.5 }, 'smaller', 'open'],
  [{ low: 1.2, high: 3 }, 'smaller', 'failed'],
] as const)('with a margin of 1 the interval %j where %s is better has %s', ([interval, good, expected]) => {
  expect(nonInferiority(interval, 1, good)).toBe(expected);
});

test('margins and powers out of range are refused', () => {
  expect(guardrailPower(0.8, 3)).toBeCloseTo(0.95, 14);
  expect(guardrailPower(0.8, 0)).toBeCloseTo(0.8, 14);
  expect(() => nonInferiority({ low: 0, high: 1 }, 0, 'larger')).toThrow(DomainError);
  expect(() => guardrailPower(1, 1)).toThrow(DomainError);
  expect(() => guardrailPower(0.8, -1)).toThrow(DomainError);
});
