import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { relativeError } from '../shared-material.test-support.ts';
import { logGamma } from '../special-functions/log-gamma.ts';
import type { ArmCount } from './arm-count.ts';
import { defaultConcentrations, sampleRatioEvidence } from './evidence.ts';

function counts(units: readonly number[], weights: readonly number[]): readonly ArmCount[] {
  return units.map((count, index) => ({ units: count, weight: weights[index] ?? 0 }));
}

/** The formula as published, which loses digits as the counts grow. */
function published(units: readonly number[], shares: readonly number[], k: number): number {
  const total = units.reduce((sum, count) => sum + count, 0);
  const perArm = units.map((count, index) => {
    const share = shares[index] ?? 0;
    return logGamma(k * share + count) - logGamma(k * share) - count * Math.log(share);
  });
  return logGamma(k) - logGamma(k + total) + perArm.reduce((sum, term) => sum + term, 0);
}

test('the evidence is the published formula, averaged over the concentrations', () => {
  const units = [410, 380, 300];
  const shares = [0.4, 0.4, 0.2];
  const each = defaultConcentrations.map((k) => Math.exp(published(units, shares, k)));
  const mixture = each.reduce((sum, value) => sum + value, 0) / each.length;
  const { logEvidence, pValue } = sampleRatioEvidence(counts(units, shares));
  expect(logEvidence).toBeCloseTo(Math.log(mixture), 10);
  expect(pValue).toBeCloseTo(Math.min(1, 1 / mixture), 10);
});

test.for<[units: readonly number[], weights: readonly number[], logEvidence: number]>([
  [[5000, 5000], [1, 1], -1.1991749090739177],
  [[5000, 5200], [1, 1], 0.5777841078688652],
  [[50_000, 51_000], [1, 1], 2.589353419782128],
  [[9000, 1100], [9, 1], 2.72177747396654],
  [[33_000, 33_500, 34_400], [1, 1, 1], 10.167029250689666],
])('at concentration 1000 the counts %j give ln E = %3$s', ([units, weights, expected]) => {
  const { logEvidence } = sampleRatioEvidence(counts(units, weights), { concentrations: [1000] });
  expect(relativeError(logEvidence, expected)).toBeLessThan(1e-9);
});

test('without units there is no evidence either way', () => {
  expect(sampleRatioEvidence(counts([0, 0], [1, 1])).logEvidence).toBeCloseTo(0, 14);
  expect(sampleRatioEvidence([])).toEqual({ logEvidence: 0, pValue: 1, unexpectedUnits: 0 });
});

test('the mixture sees a gross mismatch in a few hundred units that concentration 1000 alone does not see', () => {
  const gross = counts([196, 84], [1, 1]);
  expect(sampleRatioEvidence(gross).pValue).toBeLessThan(0.001);
  expect(sampleRatioEvidence(gross, { concentrations: [1000] }).pValue).toBeGreaterThan(0.001);
});

test('under the split the expectation of E is 1: summed over all outcomes of a small experiment', () => {
  const trials = 30;
  const share = 0.3;
  let expectation = 0;
  for (let first = 0; first <= trials; first += 1) {
    const logChoose = logGamma(trials + 1) - logGamma(first + 1) - logGamma(trials - first + 1);
    const logProbability = logChoose + first * Math.log(share) + (trials - first) * Math.log(1 - share);
    expectation += Math.exp(logProbability + sampleRatioEvidence(counts([first, trials - first], [3, 7])).logEvidence);
  }
  expect(expectation).toBeCloseTo(1, 11);
});

test('ten billion units lose no digits: one unit more moves the evidence by its likelihood ratio', () => {
  const k = 1000;
  const at = (extra: number): number =>
    sampleRatioEvidence(counts([5_000_000_000 + extra, 5_000_000_000], [1, 1]), { concentrations: [k] }).logEvidence;
  // E(n₁+1)/E(n₁) = (kθ+n₁)/((k+N)·θ): ten thousand of them, added up.
  let expected = 0;
  for (let extra = 0; extra < 10_000; extra += 1) {
    expected += Math.log1p((k / 2 + 5e9 + extra - (k + 1e10 + extra) / 2) / ((k + 1e10 + extra) / 2));
  }
  expect(at(10_000) - at(0)).toBeCloseTo(expected, 9);
});

test('units in an arm without weight are reported and are no part of the evidence', () => {
  const without = sampleRatioEvidence(counts([510, 490], [1, 1]));
  expect(sampleRatioEvidence(counts([510, 490, 4], [1, 1, 0]))).toEqual({ ...without, unexpectedUnits: 4 });
});

test('no or impossible concentrations, counts and weights are refused', () => {
  for (const concentrations of [[], [0], [-1], [Infinity], [Number.NaN]]) {
    expect(() => sampleRatioEvidence(counts([1, 1], [1, 1]), { concentrations })).toThrow(DomainError);
  }
  expect(() => sampleRatioEvidence(counts([-1, 1], [1, 1]))).toThrow(DomainError);
});
