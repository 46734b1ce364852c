import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import {
  bivariateMomentsOf,
  combineBivariateMoments,
  emptyBivariateMoments,
  momentsOfX,
  momentsOfY,
  removeBivariateMoments,
  type BivariateMoments,
} from './bivariate-moments.ts';
import { momentsOf } from './moments.ts';

const runs = { seed: 20_260_103, numRuns: 300 };
const number = fc.double({ min: -1000, max: 1000, noNaN: true });
const pairs = fc.array(fc.tuple(number, number), { maxLength: 40 });

function expectSame(actual: BivariateMoments, expected: BivariateMoments): void {
  expect(actual.n).toBe(expected.n);
  for (const key of ['meanX', 'meanY'] as const) expect(Math.abs(actual[key] - expected[key])).toBeLessThan(1e-10);
  for (const key of ['m2X', 'm2Y', 'crossXY'] as const) {
    expect(Math.abs(actual[key] - expected[key])).toBeLessThan(1e-6 * expected.n + 1e-9);
  }
}

test('the cross product of a few pairs is that done by hand', () => {
  const moments = bivariateMomentsOf([
    [1, 2],
    [2, 4],
    [3, 9],
  ]);
  expect(moments).toEqual({ n: 3, meanX: 2, meanY: 5, m2X: 2, m2Y: 26, crossXY: 7 });
  expect(bivariateMomentsOf([])).toEqual(emptyBivariateMoments);
});

test('an offset of a thousand million costs the cross product nothing', () => {
  const moments = bivariateMomentsOf([0, 1, 2, 3, 4, 5, 6].map((step) => [1e9 + step, 1e9 - step] as const));
  expect(moments.crossXY).toBeCloseTo(-28, 5);
});

test('each side is the moments of its values alone', () => {
  fc.assert(
    fc.property(pairs, (sample) => {
      const moments = bivariateMomentsOf(sample);
      const x = momentsOf(sample.map(([first]) => first));
      const y = momentsOf(sample.map(([, second]) => second));
      expect(momentsOfX(moments).n).toBe(x.n);
      expect(momentsOfX(moments).mean).toBeCloseTo(x.mean, 9);
      expect(momentsOfX(moments).m2).toBeCloseTo(x.m2, 4);
      expect(momentsOfY(moments).mean).toBeCloseTo(y.mean, 9);
      expect(momentsOfY(moments).m2).toBeCloseTo(y.m2, 4);
    }),
    runs,
  );
});

test('parts combine to the whole in any order, and a part comes out again', () => {
  fc.assert(
    fc.property(pairs, pairs, (first, second) => {
      const whole = bivariateMomentsOf([...first, ...second]);
      const [a, b] = [bivariateMomentsOf(first), bivariateMomentsOf(second)];
      expectSame(combineBivariateMoments(a, b), whole);
      expectSame(combineBivariateMoments(b, a), whole);
      expectSame(removeBivariateMoments(whole, b), a);
    }),
    runs,
  );
});

test('more than the whole is not removed from it', () => {
  expect(() => removeBivariateMoments(emptyBivariateMoments, bivariateMomentsOf([[1, 2]]))).toThrow(DomainError);
});
