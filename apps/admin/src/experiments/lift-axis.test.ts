import { expect, test } from 'vitest';
import { liftBar, liftDomain, liftScale } from './lift-axis.ts';
import { comparison, metric } from './results.test-support.ts';

const withInterval = (low: number, high: number) => ({
  ...metric,
  comparisons: [{ ...comparison, liftInterval: { low, high } }],
});

test('One axis holds the intervals of all metrics, and zero', () => {
  expect(liftDomain([withInterval(0.1, 0.3), withInterval(0.2, 0.5)])).toEqual([-0.01, 0.5]);
  expect(liftDomain([withInterval(-0.4, -0.2)])).toEqual([-0.4, 0.01]);
  expect(liftDomain([])).toEqual([-0.01, 0.01]);
});

test('An interval that is far wider than the axis is cut, and says so', () => {
  const domain = liftDomain([withInterval(-3, 40)]);
  expect(domain).toEqual([-1, 2]);
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
