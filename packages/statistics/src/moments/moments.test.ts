import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import {
  combineMoments,
  emptyMoments,
  momentsFromPopulationVariance,
  momentsOf,
  momentsOfConversions,
  removeMoments,
  sampleVariance,
  type Moments,
} from './moments.ts';

const runs = { seed: 20_260_102, numRuns: 500 };
const value = fc.oneof(fc.double({ min: -1000, max: 1000, noNaN: true }), fc.integer({ min: 0, max: 3 }));
const values = fc.array(value, { maxLength: 60 });

/** Equal up to rounding relative to the spread and size of the values. */
function expectSame(actual: Moments, expected: Moments): void {
  expect(actual.n).toBe(expected.n);
  expect(Math.abs(actual.mean - expected.mean)).toBeLessThan(1e-10);
  expect(Math.abs(actual.m2 - expected.m2)).toBeLessThan(1e-12 * expected.n * 1e6 + 1e-9);
}

test('the moments of a few numbers are those done by hand', () => {
  expect(momentsOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, m2: 32 });
  expect(sampleVariance(momentsOf([2, 4, 4, 4, 5, 5, 7, 9]))).toBeCloseTo(32 / 7, 14);
  expect(momentsOf([])).toEqual(emptyMoments);
  expect(momentsOf([3])).toEqual({ n: 1, mean: 3, m2: 0 });
  expect(sampleVariance(momentsOf([3]))).toBeUndefined();
});

test('an offset of a thousand million costs the variance nothing', () => {
  const around = [0, 1, 2, 3, 4, 5, 6].map((step) => 1e9 + step);
  const whole = momentsOf(around);
  expect(whole.mean).toBe(1e9 + 3);
  expect(whole.m2).toBeCloseTo(28, 5);
  const combined = combineMoments(momentsOf(around.slice(0, 3)), momentsOf(around.slice(3)));
  expect(combined.m2).toBeCloseTo(28, 5);
  expect(removeMoments(combined, momentsOf(around.slice(0, 3))).m2).toBeCloseTo(5, 5);
});

test('splitting a sample anywhere and combining the parts gives the whole', () => {
  fc.assert(
    fc.property(values, fc.nat(), (sample, cut) => {
      const at = sample.length === 0 ? 0 : cut % (sample.length + 1);
      expectSame(combineMoments(momentsOf(sample.slice(0, at)), momentsOf(sample.slice(at))), momentsOf(sample));
    }),
    runs,
  );
});

test('the order of values and of parts does not matter', () => {
  fc.assert(
    fc.property(
      fc
        .array(values, { maxLength: 8 })
        .chain((parts) => fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length }))),
      ([parts, shuffled]) => {
        const whole = momentsOf(parts.flat());
        expectSame(momentsOf(shuffled.flat()), whole);
        expectSame(shuffled.map(momentsOf).reduce(combineMoments, emptyMoments), whole);
      },
    ),
    runs,
  );
});

test('removing what was combined gives back the rest', () => {
  fc.assert(
    fc.property(values, values, (kept, removed) => {
      expectSame(removeMoments(combineMoments(momentsOf(kept), momentsOf(removed)), momentsOf(removed)), momentsOf(kept));
    }),
    runs,
  );
});

test('more than the whole is not removed from it', () => {
  expect(() => removeMoments(momentsOf([1]), momentsOf([1, 2]))).toThrow(DomainError);
});

test('counts of conversions are the moments of their zeros and ones', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), (ones, zeros) => {
      const spelledOut = momentsOf([...Array<number>(ones).fill(1), ...Array<number>(zeros).fill(0)]);
      expectSame(momentsOfConversions(ones, ones + zeros), spelledOut);
    }),
    runs,
  );
  for (const [successes, trials] of [
    [2, 1],
    [-1, 1],
    [0.5, 1],
    [0, -1],
    [Number.NaN, 1],
  ] as const) {
    expect(() => momentsOfConversions(successes, trials)).toThrow(DomainError);
  }
});

test("a database's population variance becomes a sum of squares, and impossible figures are refused", () => {
  expect(momentsFromPopulationVariance(8, 5, 4)).toEqual({ n: 8, mean: 5, m2: 32 });
  expect(momentsFromPopulationVariance(0, Number.NaN, Number.NaN)).toEqual(emptyMoments);
  for (const [n, mean, variance] of [
    [-1, 0, 0],
    [1.5, 0, 0],
    [2, Number.NaN, 0],
    [2, 0, -1],
    [2, 0, Infinity],
  ] as const) {
    expect(() => momentsFromPopulationVariance(n, mean, variance)).toThrow(DomainError);
  }
});
