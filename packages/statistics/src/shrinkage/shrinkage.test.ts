import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { seededRandom } from '../random/seeded-random.ts';
import { relativeError } from '../shared-material.test-support.ts';
import { normalCdf } from '../special-functions/normal.ts';
import { deviationPosterior, knownDeviation } from './prior.ts';
import { shrink } from './shrink.ts';

test.for([
  [0.05, 0.03, 0.3, 0.04950495049504951, 0.029851115706299676, 0.9513811493990619],
  [0.05, 0.03, 0.02, 0.015384615384615387, 0.016641005886756873, 0.8223870593563607],
  [0.2, 0.08, 0.02, 0.011764705882352941, 0.01940285000290664, 0.7278551877852989],
] as const)(
  'an effect of %d ± %d under a prior of %d shrinks to %d',
  ([estimate, error, priorDeviation, post, deviation, above]) => {
    const shrunken = shrink(estimate, error, { prior: knownDeviation(priorDeviation) });
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
  const shrunken = shrink(mean, deviation, { prior: knownDeviation(1e9) });
  expect(relativeError(shrunken.lossOfShipping, ship)).toBeLessThan(1e-9);
  expect(relativeError(shrunken.lossOfKeeping, keep)).toBeLessThan(1e-9);
  const reversed = shrink(mean, deviation, { prior: knownDeviation(1e9), good: 'smaller' });
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

test('what is not known of τ widens the interval, and does not move it to one side of the two ends', () => {
  const past = Array.from({ length: 20 }, (_, index) => ({ estimate: index % 2 ? 0.03 : -0.03, standardError: 0.02 }));
  const prior = deviationPosterior(past);
  const summed = shrink(0.05, 0.03, { prior });
  const plugged = shrink(0.05, 0.03, { prior: knownDeviation(prior.median) });
  expect(summed.interval.high - summed.interval.low).toBeGreaterThan(plugged.interval.high - plugged.interval.low);
  const [least, most] = [prior.points[0], prior.points.at(-1)].map((point) =>
    shrink(0.05, 0.03, { prior: knownDeviation(point?.deviation ?? Number.NaN) }),
  );
  expect(summed.estimate).toBeGreaterThan(least?.estimate ?? Number.NaN);
  expect(summed.estimate).toBeLessThan(most?.estimate ?? Number.NaN);
});

test('of two possible τ every figure is that of the two posteriors, weighted by what the estimate says of them', () => {
  const [estimate, standardError] = [0.08, 0.03];
  const deviations = [0.01, 0.1] as const;
  const parts = deviations.map((deviation) => {
    const scale = Math.hypot(deviation, standardError);
    return {
      weight: Math.exp(-((estimate / scale) ** 2) / 2) / scale,
      own: shrink(estimate, standardError, { prior: knownDeviation(deviation) }),
    };
  });
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (of: (own: (typeof parts)[number]['own']) => number): number =>
    parts.reduce((sum, { weight, own }) => sum + (weight / total) * of(own), 0);
  const points = deviations.map((deviation) => ({ deviation, weight: 0.5 }));
  const both = shrink(estimate, standardError, { prior: { ...knownDeviation(1), points } });
  expect(
    relativeError(
      both.estimate,
      mean((own) => own.estimate),
    ),
  ).toBeLessThan(1e-12);
  expect(
    relativeError(
      both.probabilityAbove,
      mean((own) => own.probabilityAbove),
    ),
  ).toBeLessThan(1e-12);
  expect(
    relativeError(
      both.lossOfKeeping,
      mean((own) => own.lossOfKeeping),
    ),
  ).toBeLessThan(1e-12);
  const variance = mean((own) => own.standardDeviation ** 2 + own.estimate ** 2) - both.estimate ** 2;
  expect(relativeError(both.standardDeviation, Math.sqrt(variance))).toBeLessThan(1e-10);
  for (const [end, below] of [
    [both.interval.low, 0.025],
    [both.interval.high, 0.975],
  ] as const)
    expect(mean((own) => normalCdf((end - own.estimate) / own.standardDeviation))).toBeCloseTo(below, 12);
});

test('an effect and its mirror image shrink alike, and effects of any size stay finite', () => {
  const prior = deviationPosterior([{ estimate: 0.01, standardError: 0.02 }]);
  for (const estimate of [0, 1e-9, 0.04, 3, 1e6]) {
    const one = shrink(estimate, 0.02, { prior });
    const other = shrink(-estimate, 0.02, { prior, good: 'smaller' });
    expect(Object.values({ ...one, ...one.interval, interval: 0 }).every(Number.isFinite)).toBe(true);
    expect(other.estimate).toBeCloseTo(-one.estimate, 12);
    expect(other.interval.low).toBeCloseTo(-one.interval.high, 10);
    expect(other.lossOfKeeping).toBeCloseTo(one.lossOfKeeping, 12);
  }
});

test('a chance is never more than one, however sure the effect', () => {
  for (const estimate of [0.1, 1, 1e-6]) {
    const { probabilityAbove } = shrink(estimate, estimate * 1e-8, { prior: deviationPosterior([]), good: 'larger' });
    expect(probabilityAbove).toBeLessThanOrEqual(1);
    expect(probabilityAbove).toBeGreaterThan(0.999);
  }
});

test('impossible errors, priors and levels are refused', () => {
  const prior = knownDeviation(1);
  for (const wrong of [0, -1, Infinity, Number.NaN]) {
    expect(() => shrink(0, wrong, { prior })).toThrow(DomainError);
    expect(() => knownDeviation(wrong)).toThrow(DomainError);
    expect(() => shrink(0, 1, { prior: { ...prior, points: [{ deviation: wrong, weight: 1 }] } })).toThrow(DomainError);
    expect(() => deviationPosterior([{ estimate: 0, standardError: wrong }])).toThrow(DomainError);
  }
  expect(() => shrink(Number.NaN, 1, { prior })).toThrow(DomainError);
  expect(() => shrink(0, 1, { prior, level: 1 })).toThrow(DomainError);
  expect(() => shrink(0, 1, { prior: { ...prior, points: [] } })).toThrow(DomainError);
  expect(() => shrink(0, 1, { prior: { ...prior, points: [{ deviation: 1, weight: 0 }] } })).toThrow(DomainError);
  expect(() => deviationPosterior([], { median: 0.03, factor: 1 })).toThrow(DomainError);
});
