import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { seededRandom } from '../random/seeded-random.ts';
import { relativeError } from '../shared-material.test-support.ts';
import { deviationPosterior } from './prior.ts';
import { shrink } from './shrink.ts';

test.for([
  [0.05, 0.03, 0.3, 0.04950495049504951, 0.029851115706299676, 0.9513811493990619],
  [0.05, 0.03, 0.02, 0.015384615384615387, 0.016641005886756873, 0.8223870593563607],
  [0.2, 0.08, 0.02, 0.011764705882352941, 0.01940285000290664, 0.7278551877852989],
] as const)(
  'an effect of %d ± %d under a prior of %d shrinks to %d',
  ([estimate, error, priorDeviation, post, deviation, above]) => {
    const shrunken = shrink(estimate, error, { priorDeviation });
    expect(relativeError(shrunken.estimate, post)).toBeLessThan(1e-12);
    expect(relativeError(shrunken.standardDeviation, deviation)).toBeLessThan(1e-12);
    expect(relativeError(shrunken.probabilityAbove, above)).toBeLessThan(1e-11);
  },
);

test.for([
  [0.02, 0.01, 8.490702616829676e-5, 0.0200849070261683],
  [-0.01, 0.02, 0.01395593114802612, 0.003955931148026121],
] as const)('a posterior of %d ± %d loses %d by shipping and %d by keeping', ([mean, deviation, ship, keep]) => {
  // A prior so wide that it says nothing.
  const shrunken = shrink(mean, deviation, { priorDeviation: 1e9 });
  expect(relativeError(shrunken.lossOfShipping, ship)).toBeLessThan(1e-9);
  expect(relativeError(shrunken.lossOfKeeping, keep)).toBeLessThan(1e-9);
  const reversed = shrink(mean, deviation, { priorDeviation: 1e9, good: 'smaller' });
  expect([reversed.lossOfShipping, reversed.lossOfKeeping]).toEqual([shrunken.lossOfKeeping, shrunken.lossOfShipping]);
});

test('without a finished experiment the prior is what it is: median 3 %', () => {
  const { median, low, high } = deviationPosterior([]);
  expect(median).toBeCloseTo(0.03, 4);
  expect(Math.log(high / low) / Math.log(2.5)).toBeCloseTo(2 * 1.2816, 1);
});

test('ten experiments whose effects vary by 2 % are found out about', () => {
  const random = seededRandom(4);
  const medians = Array.from({ length: 300 }, () => {
    const past = Array.from({ length: 10 }, () => ({
      estimate: 0.02 * random.normal() + 0.02 * random.normal(),
      standardError: 0.02,
    }));
    return deviationPosterior(past).median;
  }).toSorted((a, b) => a - b);
  expect(medians[150]).toBeGreaterThan(0.014);
  expect(medians[150]).toBeLessThan(0.026);
  expect(medians[0]).toBeGreaterThan(0);
});

test('many experiments without effect pull it down, large effects up', () => {
  const none = deviationPosterior(Array.from({ length: 50 }, () => ({ estimate: 0, standardError: 0.01 })));
  const large = deviationPosterior(
    Array.from({ length: 50 }, (_, index) => ({ estimate: index % 2 ? 0.3 : -0.3, standardError: 0.01 })),
  );
  expect(none.median).toBeLessThan(0.01);
  expect(large.median).toBeCloseTo(0.3, 1);
  expect(large.low).toBeLessThan(large.high);
});

test('impossible errors, priors and levels are refused', () => {
  for (const wrong of [0, -1, Infinity, Number.NaN]) {
    expect(() => shrink(0, wrong, { priorDeviation: 1 })).toThrow(DomainError);
    expect(() => shrink(0, 1, { priorDeviation: wrong })).toThrow(DomainError);
    expect(() => deviationPosterior([{ estimate: 0, standardError: wrong }])).toThrow(DomainError);
  }
  expect(() => shrink(Number.NaN, 1, { priorDeviation: 1 })).toThrow(DomainError);
  expect(() => shrink(0, 1, { priorDeviation: 1, level: 1 })).toThrow(DomainError);
  expect(() => deviationPosterior([], { median: 0.03, factor: 1 })).toThrow(DomainError);
});
