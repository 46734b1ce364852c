import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { bernoulliVariance, requiredUnits } from '../sample-size/fixed-horizon.ts';
import { daysLeft } from './days-left.ts';
import { conditionalPower, currentMinimumEffect, sequentialUnits } from './sequential-plan.ts';

const plan = {
  controlVariance: bernoulliVariance(0.1),
  treatmentVariance: bernoulliVariance(0.105),
  difference: 0.005,
  alpha: 0.05,
  power: 0.8,
};

test('a plan that is looked at needs 1.07 times the units of a fixed one, and the past takes its share off', () => {
  const fixed = requiredUnits(plan).control;
  expect(Math.abs(sequentialUnits(plan).control / fixed - 1.07)).toBeLessThan(1e-4);
  expect(Math.abs(sequentialUnits({ ...plan, varianceRatio: 0.5 }).control / fixed - 0.535)).toBeLessThan(1e-4);
  const two = sequentialUnits({ ...plan, treatments: 2 });
  expect(two.total).toBe(two.control + 2 * two.treatment);
  expect(two.control).toBeGreaterThan(sequentialUnits(plan).control);
});

test('at the end of the plan the smallest effect that is found is about the planned one', () => {
  const { control, treatment } = sequentialUnits(plan);
  const standardError = Math.sqrt(plan.controlVariance / control + plan.treatmentVariance / treatment);
  const atEnd = currentMinimumEffect({ standardError, share: 1, alpha: 0.05, power: 0.8 });
  expect(atEnd / 0.005).toBeGreaterThan(1);
  expect(atEnd / 0.005).toBeLessThan(1.1);
  expect(currentMinimumEffect({ standardError, share: 0.5, alpha: 0.05, power: 0.8 })).toBeGreaterThan(atEnd);
});

test('halfway with nothing to show a win is unlikely, halfway on course it is likely', () => {
  expect(conditionalPower({ z: 0, share: 0.7, alpha: 0.05 })).toBeLessThan(0.1);
  expect(conditionalPower({ z: 2.5, share: 0.5, alpha: 0.05 })).toBeGreaterThan(0.9);
  expect(conditionalPower({ z: -3, share: 0.9, alpha: 0.05 })).toBeGreaterThan(0);
});

test('days follow the last week, its decay and the window', () => {
  const even = Array.from({ length: 10 }, () => 100);
  expect(daysLeft({ newUnits: even, unitsMissing: 1000, windowDays: 7 })).toEqual({ kind: 'ok', days: 17, low: 17, high: 17 });
  const falling = Array.from({ length: 10 }, (_, day) => Math.round(1000 * 0.9 ** day));
  const slower = daysLeft({ newUnits: falling, unitsMissing: 2000, windowDays: 0 });
  if (slower.kind !== 'ok') throw new Error(slower.kind);
  expect(slower.days).toBeGreaterThan(2000 / (falling.slice(-7).reduce((sum, units) => sum + units, 0) / 7));
  expect(slower.low).toBeLessThanOrEqual(slower.days);
  expect(slower.high).toBeGreaterThanOrEqual(slower.days);
});

test('a plan that is reached needs its window, one that never is has to change, and a week has to be seen', () => {
  const even = Array.from({ length: 8 }, () => 10);
  expect(daysLeft({ newUnits: even, unitsMissing: 0, windowDays: 2.5 })).toEqual({ kind: 'ok', days: 3, low: 3, high: 3 });
  expect(daysLeft({ newUnits: even, unitsMissing: 1000, windowDays: 7 })).toEqual({ kind: 'change-the-plan' });
  expect(daysLeft({ newUnits: even.map(() => 0), unitsMissing: 1, windowDays: 0 })).toEqual({ kind: 'change-the-plan' });
  expect(daysLeft({ newUnits: [5, 5], unitsMissing: 1, windowDays: 0 })).toEqual({ kind: 'too-early' });
});

test('figures out of range are refused', () => {
  expect(() => sequentialUnits({ ...plan, treatments: 0 })).toThrow(DomainError);
  expect(() => sequentialUnits({ ...plan, varianceRatio: 0 })).toThrow(DomainError);
  expect(() => currentMinimumEffect({ standardError: 0, share: 1, alpha: 0.05, power: 0.8 })).toThrow(DomainError);
  expect(() => currentMinimumEffect({ standardError: 1, share: 0, alpha: 0.05, power: 0.8 })).toThrow(DomainError);
  expect(() => conditionalPower({ z: 1, share: 1, alpha: 0.05 })).toThrow(DomainError);
  expect(() => conditionalPower({ z: Number.NaN, share: 0.5, alpha: 0.05 })).toThrow(DomainError);
  expect(() => daysLeft({ newUnits: [-1], unitsMissing: 1, windowDays: 0 })).toThrow(DomainError);
  expect(() => daysLeft({ newUnits: [], unitsMissing: Number.NaN, windowDays: 0 })).toThrow(DomainError);
});
