import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { combinePeriods, periodWeight } from './combine-periods.ts';
import { mayRaisePlan, planShare } from './plan-share.ts';

const arm = (n: number, value: number, variance = 1 / n) => ({ n, value, variance, degreesOfFreedom: n - 1 });

test('a ramp with a moving base shows the effect of each period, not of the mixture', () => {
  const { control, treatment } = combinePeriods([
    { control: arm(9900, 12), treatment: arm(100, 13) },
    { control: arm(5000, 10), treatment: arm(5000, 11) },
  ]);
  expect(treatment.value - control.value).toBeCloseTo(1, 12);
  const variance = 1 / (periodWeight(9900, 100) + periodWeight(5000, 5000));
  expect(control.variance + treatment.variance).toBeCloseTo(variance, 12);
  expect(control.degreesOfFreedom).toBeGreaterThan(4999);
});

test('one period is itself, and one without an arm is left out', () => {
  const period = { control: arm(50, 2), treatment: arm(70, 3) };
  const alone = combinePeriods([
    period,
    { control: arm(40, 9), treatment: { n: 0, value: Number.NaN, variance: Number.NaN, degreesOfFreedom: 1 } },
  ]);
  expect(alone.control.value).toBe(2);
  expect(alone.treatment.degreesOfFreedom).toBeCloseTo(69, 9);
  expect(() => combinePeriods([])).toThrow(DomainError);
});

test('an arm without variance keeps its degrees of freedom', () => {
  const { control } = combinePeriods([{ control: arm(50, 0, 0), treatment: arm(70, 3) }]);
  expect(control).toEqual({ n: 50, value: 0, variance: 0, degreesOfFreedom: 49 });
});

test('the share of the plan is n/N at a constant split, at most that of the week, and never above 1', () => {
  const planned = { control: 1000, treatment: 1000 };
  expect(planShare([{ control: 250, treatment: 250 }], planned, 30)).toBeCloseTo(0.25, 14);
  expect(planShare([{ control: 900, treatment: 900 }], planned, 0.7)).toBeCloseTo(0.1, 14);
  expect(planShare([{ control: 5000, treatment: 5000 }], planned, 30)).toBe(1);
  expect(planShare([{ control: 1900, treatment: 100 }], planned, 30)).toBeCloseTo(95 / 500, 14);
  expect(planShare([], planned, 30)).toBe(0);
  expect(() => planShare([], { control: 0, treatment: 5 }, 1)).toThrow(DomainError);
  expect(() => planShare([], planned, -1)).toThrow(DomainError);
});

test('the plan may be raised in its first half only', () => {
  expect([0, 0.49, 0.5, 0.95].map(mayRaisePlan)).toEqual([true, true, false, false]);
});
