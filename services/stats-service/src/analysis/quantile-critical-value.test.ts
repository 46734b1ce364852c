import { normalQuantile, obrienFlemingBoundary, sequenceCriticalValue } from '@stitchd/statistics';
import { expect, test } from 'vitest';
import type { MetricPlan } from '../computation/metric-plan.ts';
import { conversion, lookAt, type Look } from './analysis-inputs.test-support.ts';
import { quantileCriticalValue } from './quantile-critical-value.ts';

const usual = -normalQuantile(0.025);
const definition = { type: 'quantile', per: 'unit', level: 0.9, measure: { type: 'sum', event: 'load' } };
const timed = (windowHours: number): MetricPlan => {
  const metric = conversion('load');
  return { ...metric, definition: { ...metric.definition, ...definition, windowHours } as never };
};
const at = (look: Look, matured: readonly number[], metric = timed(24)) => quantileCriticalValue(lookAt(look), metric, matured);

test('The ends of a quantile are read at the bar of its look: c/√t of a plan, and c when it has matured', () => {
  const boundary = obrienFlemingBoundary(0.05);
  expect(at({}, [2_500, 2_500])).toBeCloseTo(boundary * 2, 12);
  expect(at({}, [10_000, 10_000])).toBeCloseTo(boundary, 12);
});

test('With several arms it is the bar of the one of which least has matured, at its part of the level', () => {
  const units = [4_000, 4_000, 4_000];
  const settings = { plannedUnits: 30_000 };
  const boundary = obrienFlemingBoundary(0.025);
  expect(at({ units, settings }, [5_000, 5_000, 5_000])).toBeCloseTo(boundary * Math.SQRT2, 3);
  expect(at({ units, settings }, [5_000, 5_000, 1_000])).toBeGreaterThan(boundary * 1.5);
});

test('What is watched without a plan or a window is read at the always-valid bar of its units', () => {
  const watched = sequenceCriticalValue({ units: 8_000, alpha: 0.05, sides: 'two' });
  expect(at({ settings: { kind: 'rollout' } }, [4_000, 4_000])).toBe(watched);
  expect(at({}, [4_000, 4_000], timed(0))).toBe(watched);
});

test('One look, and what can not be judged yet, are read at the usual critical value', () => {
  const fixed = { settings: { design: 'fixed-horizon' } } as const;
  expect(at(fixed, [4_000, 4_000])).toBe(usual);
  expect(at({ ...fixed, day: 15 }, [4_000, 4_000])).toBe(usual);
  expect(at({}, [0, 0])).toBe(usual);
  // So little that no evidence is read.
  expect(at({}, [2, 2])).toBe(usual);
});
