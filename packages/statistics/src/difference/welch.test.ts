import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { momentsOf, momentsOfConversions, type Moments } from '../moments/moments.ts';
import { relativeError } from '../shared-material.test-support.ts';
import { welch, type WelchResult } from './welch.ts';

const runs = { seed: 20_260_104, numRuns: 500 };
const alpha = 0.05;

function computed(control: Moments, treatment: Moments, level = alpha): WelchResult {
  const outcome = welch(control, treatment, { alpha: level });
  if (outcome.kind !== 'ok') throw new Error(outcome.reason);
  return outcome;
}

const sample = fc
  .array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 30 })
  .map(momentsOf)
  .filter(({ m2 }) => m2 > 1e-6);

test('conversions in one arm and none in the other are overwhelming evidence, not an error', () => {
  const result = computed(momentsOfConversions(100, 1000), momentsOfConversions(0, 1000));
  expect(result.degreesOfFreedom).toBeCloseTo(999, 9);
  expect(relativeError(result.pValue, 1.1024560253305435e-24)).toBeLessThan(1e-11);
  expect(result.interval.high).toBeLessThan(-0.08);
});

test('a p-value keeps its digits where one minus a distribution function has none left', () => {
  const result = computed(momentsOfConversions(1000, 10_000), momentsOfConversions(1600, 10_000));
  expect(relativeError(result.pValue, 1.2878122485908636e-36)).toBeLessThan(1e-10);
});

describe('what can not be computed says why', () => {
  const fine = momentsOf([1, 2, 3]);
  test.for<[name: string, control: Moments, treatment: Moments, reason: string]>([
    ['one unit in the control', momentsOf([1]), fine, 'too-few-units'],
    ['one unit in the treatment', fine, momentsOf([1]), 'too-few-units'],
    ['no units at all', momentsOf([]), momentsOf([]), 'too-few-units'],
    ['the same value everywhere', momentsOf([1, 1]), momentsOf([2, 2, 2]), 'no-variance'],
    ['a mean that is not a number', { n: 3, mean: Number.NaN, m2: 1 }, fine, 'not-finite'],
    ['an infinite sum of squares', fine, { n: 3, mean: 1, m2: Infinity }, 'not-finite'],
    ['a difference beyond the doubles', { n: 3, mean: -1.7e308, m2: 1 }, { n: 3, mean: 1.7e308, m2: 1 }, 'not-finite'],
    ['a standard error whose square is beyond them', { n: 2, mean: 0, m2: 1.7e308 }, { n: 2, mean: 0, m2: 1.7e308 }, 'ok'],
  ])('%s', ([, control, treatment, reason]) => {
    const outcome = welch(control, treatment, { alpha });
    expect(outcome.kind === 'ok' ? outcome.kind : outcome.reason).toBe(reason);
  });
});

test('a level outside of (0, 1) is a mistake of the caller', () => {
  for (const level of [0, 1, -0.1, Number.NaN])
    expect(() => welch(momentsOf([1, 2]), momentsOf([1, 2]), { alpha: level })).toThrow(DomainError);
});

test('swapping the arms turns the difference around and nothing else', () => {
  fc.assert(
    fc.property(sample, sample, (first, second) => {
      const there = computed(first, second);
      const back = computed(second, first);
      expect(back.difference + there.difference).toBe(0);
      expect(back.pValue).toBe(there.pValue);
      expect(back.interval.low + there.interval.high).toBe(0);
    }),
    runs,
  );
});

test('other units scale the difference and its interval, and leave t and p as they are', () => {
  fc.assert(
    fc.property(sample, sample, fc.double({ min: 1e-150, max: 1e140, noNaN: true }), (first, second, factor) => {
      const scaled = ({ n, mean, m2 }: Moments): Moments => ({ n, mean: mean * factor, m2: m2 * factor * factor });
      const plain = computed(first, second);
      const other = computed(scaled(first), scaled(second));
      expect(Math.abs(other.t - plain.t)).toBeLessThan(1e-9 * Math.max(1, Math.abs(plain.t)));
      expect(Math.abs(other.interval.high / factor - plain.interval.high)).toBeLessThan(
        1e-9 * plain.standardError * plain.criticalValue,
      );
    }),
    runs,
  );
});

test('the interval excludes 0 exactly when the p-value is below alpha', () => {
  fc.assert(
    fc.property(sample, sample, fc.double({ min: 0.0001, max: 0.9, noNaN: true }), (control, treatment, level) => {
      const { pValue, interval } = computed(control, treatment, level);
      // Where they are equal up to rounding, either answer is right.
      fc.pre(Math.abs(pValue - level) > 1e-9);
      expect(interval.low > 0 || interval.high < 0).toBe(pValue < level);
    }),
    runs,
  );
});
