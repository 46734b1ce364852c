import type { MetricDefinition } from '@stitchd/core';
import { expect, test } from 'vitest';
import type { ArmFigures, MetricFigures } from './arm-figures.ts';
import type { MetricPlan } from './metric-plan.ts';
import { metricResult } from './metric-result.ts';

const metric = (type: 'conversion' | 'mean'): MetricPlan =>
  planned({ type, event: 'e', direction: 'decrease', windowHours: 24, delayHours: 0 });
const planned = (definition: MetricDefinition): MetricPlan => ({
  kind: 'planned',
  key: 'm',
  name: 'M',
  version: 3,
  role: 'primary',
  definition,
});
const arm = (variant: string, units: number, figures: MetricFigures | undefined): ArmFigures => ({
  variant,
  units,
  mixedUnits: 0,
  metrics: [figures],
});
const mean = (value: number | null, variance: number | null, sum = 0): MetricFigures => ({
  kind: 'number',
  maturedUnits: 1,
  mean: value,
  variance,
  sum,
  skewness: null,
  capped: null,
});
const share = (successes: number): MetricFigures => ({ kind: 'share', maturedUnits: 1_000, n: 1_000, successes, steps: null });
const plan = { baselineVariant: 'a', alpha: 0.05 };

test('A mean is compared by Welch: the worked example of the statistics', () => {
  // A = (5, Σ 25, ΣΣ 135), B = (6, Σ 42, ΣΣ 310): population variances 2 and 16/6.
  const result = metricResult(
    metric('mean'),
    0,
    { arms: [arm('a', 5, mean(5, 2, 25)), arm('b', 6, mean(7, 16 / 6, 42))], caps: {} },
    plan,
  );
  if (result.kind !== 'computed') throw new Error('it failed');
  expect(result.arms.map(({ n, mean: average, sum }) => [n, average, sum])).toEqual([
    [5, 5, 25],
    [6, 7, 42],
  ]);
  const [comparison] = result.comparisons;
  expect(comparison).toMatchObject({ variant: 'b', method: 'welch', difference: 2, notComputable: null });
  expect(comparison?.standardError).toBeCloseTo(1.01653, 5);
  expect(comparison?.degreesOfFreedom).toBeCloseTo(8.9437, 4);
  expect(comparison?.pValue).toBeCloseTo(0.0808703, 7);
  expect(comparison?.interval?.low).toBeCloseTo(-0.301759, 6);
});

test('Few conversions are compared exactly, without a standard error and without an interval for the lift', () => {
  const arms = [arm('a', 1_000, share(20)), arm('b', 1_000, share(35))];
  const result = metricResult(metric('conversion'), 0, { arms: arms, caps: {} }, plan);
  expect(result).toMatchObject({
    kind: 'computed',
    direction: 'decrease',
    comparisons: [
      {
        method: 'fisher-newcombe',
        standardError: null,
        t: null,
        degreesOfFreedom: null,
        lift: (0.035 - 0.02) / 0.02,
        liftInterval: null,
        liftNotMeasurable: 'few-conversions',
      },
    ],
  });
});

test('The order of the arms is kept, and the baseline may stand anywhere', () => {
  const conversions = (variant: string) => arm(variant, 1_000, share(100));
  const result = metricResult(
    metric('conversion'),
    0,
    { arms: [conversions('z'), conversions('a'), conversions('m')], caps: {} },
    plan,
  );
  if (result.kind !== 'computed') throw new Error('it failed');
  expect(result.arms.map(({ variant }) => variant)).toEqual(['z', 'a', 'm']);
  expect(result.comparisons.map(({ variant }) => variant)).toEqual(['z', 'm']);
});

test('An arm without units has no mean, and its comparison says why there is none', () => {
  const result = metricResult(metric('mean'), 0, { arms: [arm('a', 5, mean(5, 2, 25)), arm('b', 0, undefined)], caps: {} }, plan);
  expect(result).toMatchObject({
    arms: [{ n: 5 }, { n: 0, mean: null, standardDeviation: null, sum: 0 }],
    comparisons: [{ method: null, difference: null, notComputable: 'too-few-units' }],
  });
});

test('A mean that is no number fails the metric by its name', () => {
  const result = metricResult(
    metric('mean'),
    0,
    { arms: [arm('a', 5, mean(null, null)), arm('b', 5, mean(1, 1, 5))], caps: {} },
    plan,
  );
  expect(result).toMatchObject({ kind: 'failed', key: 'm', failure: { code: 'VALUES_NOT_FINITE' } });
});

test('A ratio is compared by the delta method: the worked example of the statistics', () => {
  // Of 500,000 units: numerators 187,296 and denominators 516,128, with their sums of squares and of products.
  const ratio = planned({
    type: 'ratio',
    numerator: { type: 'count', event: 'order' },
    denominator: { type: 'count', event: 'view' },
    direction: 'increase',
    windowHours: 0,
    delayHours: 0,
  });
  const figures = (n: number, x: number, xx: number, y: number, yy: number, xy: number): MetricFigures => ({
    kind: 'ratio',
    maturedUnits: null,
    numerator: { mean: x / n, variance: xx / n - (x / n) ** 2 },
    denominator: { mean: y / n, variance: yy / n - (y / n) ** 2 },
    covariance: xy / n - (x * y) / n / n,
  });
  const arms = [
    arm('a', 500_000, figures(500_000, 187_296, 421_394, 516_128, 1_714_558, 628_747)),
    arm('b', 500_000, figures(500_000, 193_366, 456_310, 521_773, 1_762_485, 670_571)),
  ];
  const result = metricResult(ratio, 0, { arms, caps: {} }, plan);
  if (result.kind !== 'computed') throw new Error('it failed');
  expect(result.estimate).toBe('ratio');
  expect(result.arms[0]).toMatchObject({ standardDeviation: null, sum: null, parts: { numerator: 187_296 / 500_000 } });
  expect(result.arms[0]?.mean).toBeCloseTo(0.3628867257734515, 12);
  expect(result.arms[1]?.mean).toBeCloseTo(0.37059410893242845, 12);
  expect(result.comparisons[0]?.standardError).toBeCloseTo(Math.sqrt(7.164400637029881e-7 + 7.395883512072702e-7), 9);
  const nothing = [arm('a', 500_000, figures(500_000, 1, 1, 0, 0, 0)), arm('b', 2, undefined)];
  expect(metricResult(ratio, 0, { arms: nothing, caps: {} }, plan)).toMatchObject({ failure: { code: 'DENOMINATOR_NEAR_ZERO' } });
});

test('A quantile has the standard error that the ends of its interval say, and too few units fail the metric alone', () => {
  const median = planned({
    type: 'quantile',
    level: 0.9,
    per: 'unit',
    measure: { type: 'sum', event: 'e' },
    direction: 'increase',
    windowHours: 0,
    delayHours: 0,
  });
  const figures = (estimate: number): MetricFigures => ({
    kind: 'quantile',
    maturedUnits: null,
    values: null,
    estimate,
    low: estimate - 2 * 1.959963984540054,
    high: estimate + 2 * 1.959963984540054,
  });
  const arms = (n: number) => ({ arms: [arm('a', n, figures(10)), arm('b', n, figures(20))], caps: {} });
  const result = metricResult(median, 0, arms(1_000), plan);
  expect(result).toMatchObject({ estimate: 'quantile', arms: [{ mean: 10, sum: null }, { mean: 20 }] });
  if (result.kind !== 'computed') throw new Error('it failed');
  expect(result.comparisons[0]?.standardError).toBeCloseTo(Math.sqrt(8), 12);
  // 4 · 1.96² = 15.4 units have to lie beyond it.
  expect(metricResult(median, 0, arms(154), plan)).toMatchObject({ kind: 'computed' });
  expect(metricResult(median, 0, arms(153), plan)).toMatchObject({ kind: 'failed', failure: { code: 'TOO_FEW_UNITS' } });
});
