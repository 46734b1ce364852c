import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { bernoulliVariance, minimumDetectableDifference, requiredUnits, type FixedPlan } from './fixed-horizon.ts';

function conversionPlan(rate: number, lift: number): FixedPlan {
  return {
    controlVariance: bernoulliVariance(rate),
    treatmentVariance: bernoulliVariance(rate * (1 + lift)),
    difference: rate * lift,
    alpha: 0.05,
    power: 0.8,
  };
}

test.for<[rate: number, lift: number, units: number]>([
  [0.1, 0.05, 57_760],
  [0.05, 0.1, 31_231],
  [0.01, 0.2, 42_691],
])('a rate of %d and a lift of %d need %d units per arm', ([rate, lift, units]) => {
  expect(requiredUnits(conversionPlan(rate, lift))).toEqual({ control: units, treatment: units, total: 2 * units });
});

test('with the units that it asks for, the detectable difference is the planned one', () => {
  for (const weights of [undefined, { control: 9, treatment: 1 }, { control: 1, treatment: 3 }]) {
    const plan = { ...conversionPlan(0.1, 0.05), ...(weights === undefined ? {} : { weights }) };
    const { control, treatment } = requiredUnits(plan);
    const standardError = Math.sqrt(plan.controlVariance / control + plan.treatmentVariance / treatment);
    const found = minimumDetectableDifference({ standardError, alpha: plan.alpha, power: plan.power });
    expect(found).toBeLessThanOrEqual(plan.difference);
    expect(found).toBeGreaterThan(plan.difference * 0.999);
  }
});

test('unequal arms keep their proportion and need more in all', () => {
  const equal = requiredUnits(conversionPlan(0.1, 0.05));
  const unequal = requiredUnits({ ...conversionPlan(0.1, 0.05), weights: { control: 9, treatment: 1 } });
  expect(unequal.control / unequal.treatment).toBeCloseTo(9, 2);
  expect(unequal.total).toBeGreaterThan(2.5 * equal.total);
});

test('the direction of the difference does not matter', () => {
  const plan = conversionPlan(0.1, 0.05);
  expect(requiredUnits({ ...plan, difference: -plan.difference })).toEqual(requiredUnits(plan));
});

test('a plan that can not be is refused', () => {
  const plan = conversionPlan(0.1, 0.05);
  const wrong: readonly Partial<FixedPlan>[] = [
    { difference: 0 },
    { difference: Number.NaN },
    { controlVariance: -1 },
    { controlVariance: 0, treatmentVariance: 0 },
    { treatmentVariance: Infinity },
    { alpha: 0 },
    { alpha: 1 },
    { power: 0.05 },
    { power: 1 },
    { weights: { control: 0, treatment: 1 } },
    { weights: { control: 1, treatment: -1 } },
  ];
  for (const change of wrong) expect(() => requiredUnits({ ...plan, ...change })).toThrow(DomainError);
  expect(() => bernoulliVariance(1.1)).toThrow(DomainError);
  expect(() => minimumDetectableDifference({ standardError: 0, alpha: 0.05, power: 0.8 })).toThrow(DomainError);
  expect(() => minimumDetectableDifference({ standardError: 1, alpha: 2, power: 0.8 })).toThrow(DomainError);
});
