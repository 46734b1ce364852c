import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { covariateImbalance } from '../imbalance/covariate-imbalance.ts';
import { evidenceByValue, evidenceOfPeriods, mixedShare } from '../sample-ratio/evidence-of-periods.ts';
import { sampleRatioEvidence } from '../sample-ratio/evidence.ts';
import { conversionHarm, harmLevel, meanHarm } from './harm-alarm.ts';

const counts = (units: readonly number[], weights: readonly number[]) =>
  units.map((count, index) => ({ units: count, weight: weights[index] ?? 0 }));

test('the evidence of a ramp is that of its periods together, and the present weights alone would cry wolf', () => {
  const periods = [counts([9900, 100], [99, 1]), counts([9000, 1000], [9, 1]), counts([5000, 5000], [1, 1])];
  const together = evidenceOfPeriods(periods);
  expect(together.pValue).toBe(1);
  expect(together.logEvidence).toBeCloseTo(
    periods.reduce((sum, each) => sum + sampleRatioEvidence(each).logEvidence, 0),
    12,
  );
  expect(sampleRatioEvidence(counts([23_900, 6100], [1, 1])).pValue).toBeLessThan(1e-100);
  expect(evidenceOfPeriods([])).toEqual({ logEvidence: 0, pValue: 1, unexpectedUnits: 0 });
});

test('the value where the split is broken comes first, with its p-value by the number of values', () => {
  const [first, second] = evidenceByValue({ ios: [counts([500, 510], [1, 1])], android: [counts([900, 600], [1, 1])] });
  expect(first?.value).toBe('android');
  expect(first?.pValue).toBeCloseTo(2 * Math.exp(-(first?.logEvidence ?? 0)), 15);
  expect(second?.pValue).toBe(1);
});

test('mixed units are a share, and one that differs by arm is found', () => {
  expect(
    mixedShare([
      { units: 1000, mixed: 20 },
      { units: 1000, mixed: 20 },
    ]),
  ).toEqual({ share: 0.02, pValue: 1 });
  expect(
    mixedShare([
      { units: 10_000, mixed: 400 },
      { units: 10_000, mixed: 100 },
    ]).pValue,
  ).toBeLessThan(1e-6);
  expect(
    mixedShare([
      { units: 0, mixed: 0 },
      { units: 0, mixed: 0 },
    ]),
  ).toEqual({ share: 0, pValue: 1 });
  expect(() => mixedShare([{ units: 1, mixed: 2 }])).toThrow(DomainError);
});

test.for([
  [20, 0, 49_932],
  [12, 0, 315],
] as const)('%d conversions against %d are evidence of %d', ([treatment, control, expected]) => {
  const arms = { control: { units: control, weight: 1 }, treatment: { units: treatment, weight: 1 } };
  const harm = conversionHarm([arms], 'more', harmLevel({ windows: 3, metrics: 1, arms: 1 }));
  expect(Math.abs(Math.exp(harm.logEvidence) / expected - 1)).toBeLessThan(0.01);
  expect(harm.isAlarmed).toBe(expected > 300);
  expect(conversionHarm([arms], 'fewer', 0.01).isAlarmed).toBe(false);
});

const time = (weights: readonly [number, number], units: readonly [number, number]) => ({
  control: { units: units[0], weight: weights[0] },
  treatment: { units: units[1], weight: weights[1] },
});

test('conversions are held against the weights of their own time', () => {
  // 10 % convert in both arms, at 90/10 and then at 50/50: summed up, more of the treatment than its weight.
  const ramp = [time([90, 10], [900, 100]), time([50, 50], [500, 500])];
  for (const harmful of ['more', 'fewer'] as const)
    expect(conversionHarm(ramp, harmful, 0.01)).toMatchObject({ isAlarmed: false, isHarmful: false, pValue: 1 });
  const bad = [time([90, 10], [900, 130]), time([50, 50], [500, 600])];
  const alone = bad.map((each) => conversionHarm([each], 'more', 0.01).logEvidence);
  // Small harm in both adds up.
  expect(conversionHarm(bad, 'more', 0.01).logEvidence).toBeGreaterThan(Math.max(...alone));
  expect(conversionHarm(bad, 'more', 0.01).isHarmful).toBe(true);
  expect(conversionHarm(bad, 'fewer', 0.01)).toMatchObject({ isHarmful: false, isAlarmed: false, pValue: 1 });
  expect(conversionHarm([], 'more', 0.01)).toMatchObject({ isAlarmed: false, pValue: 1 });
});

test('a benefit at one time is no evidence of harm at another, and hides none', () => {
  const benefit = time([50, 50], [20, 70]);
  expect(conversionHarm([benefit, time([90, 10], [9_000, 970])], 'fewer', 0.01)).toMatchObject({ isAlarmed: false });
  expect(conversionHarm([benefit, time([90, 10], [9_000, 970])], 'fewer', 0.01).pValue).toBeGreaterThan(0.3);
  expect(conversionHarm([benefit, time([90, 10], [9_000, 600])], 'fewer', 0.003).isAlarmed).toBe(true);
  // More than the incomplete beta function takes.
  const huge = time([1, 1], [2e10, 2e10 + 5e6]);
  expect(conversionHarm([huge], 'more', 0.003).isAlarmed).toBe(true);
  expect(conversionHarm([huge], 'fewer', 0.003)).toMatchObject({ isAlarmed: false, pValue: 1 });
});

test('no conversions are no alarm in either direction', () => {
  const none = { control: { units: 0, weight: 1 }, treatment: { units: 0, weight: 1 } };
  expect(conversionHarm([none], 'more', 0.01)).toMatchObject({ isAlarmed: false, pValue: 1 });
  expect(conversionHarm([none], 'fewer', 0.01).isAlarmed).toBe(false);
});

const estimate = (value: number, n = 5000) => ({ n, value, variance: 1 / n, degreesOfFreedom: n - 1 });

test('a mean that got worse is an alarm with at least how much, one that got better none, and few units too early', () => {
  const worse = meanHarm(estimate(10), estimate(10.3), 'more', 0.001);
  if (worse.kind !== 'ok') throw new Error('too early');
  expect(worse.isAlarmed).toBe(true);
  expect(worse.atLeast).toBeGreaterThan(0);
  expect(worse.pValue).toBeLessThan(0.001);
  expect(meanHarm(estimate(10), estimate(10.3), 'fewer', 0.001)).toMatchObject({ isAlarmed: false, pValue: 1 });
  expect(meanHarm(estimate(10, 99), estimate(12), 'more', 0.001)).toEqual({ kind: 'too-early' });
  const flat = { ...estimate(1), variance: 0 };
  expect(meanHarm(flat, flat, 'more', 0.001)).toEqual({ kind: 'too-early' });
});

test('arms that differed before the exposure are broken, arms that differ by chance are not', () => {
  expect(covariateImbalance(estimate(10), estimate(10.02), 10)).toMatchObject({ kind: 'ok', isBroken: false });
  const broken = covariateImbalance(estimate(10), estimate(10.2), 10);
  expect(broken).toMatchObject({ kind: 'ok', isBroken: true });
  expect(covariateImbalance(estimate(10.2), estimate(10), 10)).toMatchObject({
    pValue: broken.kind === 'ok' ? broken.pValue : 0,
  });
  expect(covariateImbalance(estimate(1, 50), estimate(2), 1)).toEqual({ kind: 'too-early' });
  expect(() => covariateImbalance(estimate(1), estimate(1), 0)).toThrow(DomainError);
});

test('levels are divided by all that is looked at', () => {
  expect(harmLevel({ windows: 3, metrics: 4, arms: 2 })).toBeCloseTo(0.01 / 24, 15);
  expect(() => harmLevel({ windows: 0, metrics: 4, arms: 2 })).toThrow(DomainError);
  expect(() => conversionHarm([{ control: { units: 1, weight: 1 }, treatment: { units: 1, weight: 1 } }], 'more', 0)).toThrow(
    DomainError,
  );
});
