import { expect, test } from 'vitest';
import { sampleRatio } from './sample-ratio.ts';

const arms = (...units: number[]) => units.map((count) => ({ units: count, expectedMilliPercent: 100_000 / units.length }));

test('A mismatch needs an e-value above 1,000, not a small p-value at one of many looks', () => {
  // The worked example of statistics.md: chi-square p .0017 with E 13.3 is no mismatch, E 26,031 is.
  const slight = sampleRatio(arms(50_000, 51_000)).test;
  expect(slight?.pValue).toBeCloseTo(0.0017, 4);
  expect(slight?.verdict).toBe('ok');
  const gross = sampleRatio([33_000, 33_500, 34_400].map((units) => ({ units, expectedMilliPercent: 33_333 }))).test;
  expect(gross?.eValue).toBeGreaterThan(1_000);
  expect(gross?.verdict).toBe('mismatch');
});

test('An e-value beyond the largest double is that, so that results stay JSON', () => {
  expect(sampleRatio(arms(1_000_000, 0)).test?.eValue).toBe(Number.MAX_VALUE);
});

test('One unit in an arm without a share is a mismatch', () => {
  const { test: tested, expectedUnits } = sampleRatio([...arms(500, 500), { units: 1, expectedMilliPercent: 0 }]);
  expect(tested).toMatchObject({ verdict: 'mismatch', degreesOfFreedom: 1 });
  expect(expectedUnits).toEqual([500, 500, 0]);
});

test('Without units there is no test', () => {
  expect(sampleRatio(arms(0, 0))).toEqual({ test: null, expectedUnits: [null, null] });
});
