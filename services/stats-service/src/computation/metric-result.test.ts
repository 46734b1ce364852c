import { expect, test } from 'vitest';
import type { ArmFigures, MetricFigures } from './arm-figures.ts';
import type { MetricPlan } from './metric-plan.ts';
import { metricResult } from './metric-result.ts';

const metric = (type: 'conversion' | 'mean'): MetricPlan => ({
  kind: 'planned',
  key: 'm',
  name: 'M',
  version: 3,
  definition: { type, event: 'e', direction: 'decrease', windowHours: 24, delayHours: 0 },
});
const arm = (variant: string, units: number, figures: MetricFigures | undefined): ArmFigures => ({
  variant,
  units,
  mixedUnits: 0,
  metrics: [figures],
});
const mean = (value: number | null, variance: number | null, sum = 0): MetricFigures => ({
  kind: 'mean',
  mean: value,
  variance,
  sum,
  skewness: null,
});
const plan = { baselineVariant: 'a', alpha: 0.05 };

test('A mean is compared by Welch: the worked example of the statistics', () => {
  // A = (5, Σ 25, ΣΣ 135), B = (6, Σ 42, ΣΣ 310): population variances 2 and 16/6.
  const result = metricResult(metric('mean'), 0, [arm('a', 5, mean(5, 2, 25)), arm('b', 6, mean(7, 16 / 6, 42))], plan);
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
  const arms = [arm('a', 1_000, { kind: 'conversion', converted: 20 }), arm('b', 1_000, { kind: 'conversion', converted: 35 })];
  const result = metricResult(metric('conversion'), 0, arms, plan);
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
  const conversions = (variant: string) => arm(variant, 1_000, { kind: 'conversion', converted: 100 });
  const result = metricResult(metric('conversion'), 0, [conversions('z'), conversions('a'), conversions('m')], plan);
  if (result.kind !== 'computed') throw new Error('it failed');
  expect(result.arms.map(({ variant }) => variant)).toEqual(['z', 'a', 'm']);
  expect(result.comparisons.map(({ variant }) => variant)).toEqual(['z', 'm']);
});

test('An arm without units has no mean, and its comparison says why there is none', () => {
  const result = metricResult(metric('mean'), 0, [arm('a', 5, mean(5, 2, 25)), arm('b', 0, undefined)], plan);
  expect(result).toMatchObject({
    arms: [{ n: 5 }, { n: 0, mean: null, standardDeviation: null, sum: 0 }],
    comparisons: [{ method: null, difference: null, notComputable: 'too-few-units' }],
  });
});

test('A mean that is no number fails the metric by its name', () => {
  const result = metricResult(metric('mean'), 0, [arm('a', 5, mean(null, null)), arm('b', 5, mean(1, 1, 5))], plan);
  expect(result).toMatchObject({ kind: 'failed', key: 'm', failure: { code: 'VALUES_NOT_FINITE' } });
});
