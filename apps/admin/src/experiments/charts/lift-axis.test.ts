import { expect, test } from 'vitest';
import type { ComputedMetric } from '../results.ts';
import { comparison, primary } from '../results.test-support.ts';
import { liftBar, liftDomain, liftScale, marginLift } from './lift-axis.ts';

const withInterval = (low: number, high: number, role: ComputedMetric['role'] = 'primary'): ComputedMetric => ({
  ...primary,
  role,
  comparisons: [{ ...comparison, maturing: null, effect: { ...comparison.effect, liftInterval: { low, high } } }],
});

test('One axis holds the intervals of all metrics, their margins, and zero', () => {
  expect(liftDomain([withInterval(0.1, 0.3), withInterval(0.2, 0.5, 'secondary')])).toEqual([-0.01, 0.5]);
  expect(liftDomain([withInterval(-0.4, -0.2)])).toEqual([-0.4, 0.01]);
  expect(liftDomain([{ ...withInterval(0.1, 0.2), margin: 0.05, direction: 'increase' }])).toEqual([-0.05, 0.2]);
  expect(liftDomain([])).toEqual([-0.01, 0.01]);
});

test('What is far wider than the primary metric does not squeeze it, and is drawn as going on', () => {
  const domain = liftDomain([withInterval(0.01, 0.1), withInterval(-3, 40, 'secondary')]);
  expect(domain).toEqual([-0.4, 0.4]);
  const scale = liftScale(domain, 300);
  expect(liftBar(scale, { low: -3, high: 40 })).toEqual({ x: 0, width: 300, isCutLow: true, isCutHigh: true });
});

test('A bar lies where its ends are', () => {
  const scale = liftScale([-0.4, 0.4], 200);
  expect(liftBar(scale, { low: 0, high: 0.2 })).toEqual({
    x: expect.closeTo(100),
    width: expect.closeTo(50),
    isCutLow: false,
    isCutHigh: false,
  });
});

test('A margin lies on the side that is worse', () => {
  expect(marginLift(0.01, 'increase')).toBe(-0.01);
  expect(marginLift(0.01, 'decrease')).toBe(0.01);
});
