import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { relativeError } from '../shared-material.test-support.ts';
import {
  combineCrossMoments,
  crossMomentsFromCovariances,
  crossMomentsOf,
  emptyCrossMoments,
  removeCrossMoments,
  type CrossMoments,
} from './cross-moments.ts';

const runs = { seed: 20_261_128, numRuns: 200 };
const number = fc.integer({ min: -1000, max: 1000 });
const rows = fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 20 });

function expectClose(actual: CrossMoments, expected: CrossMoments): void {
  expect(actual.n).toBe(expected.n);
  actual.means.forEach((mean, index) => expect(mean).toBeCloseTo(expected.means[index] ?? Number.NaN, 8));
  actual.products.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(expected.products[i]?.[j] ?? 0, 4)));
}

test('parts combine to the whole, and a part taken away leaves the rest', () => {
  fc.assert(
    fc.property(rows, rows, (first, second) => {
      const whole = crossMomentsOf([...first, ...second]);
      expectClose(combineCrossMoments(crossMomentsOf(first), crossMomentsOf(second)), whole);
      expectClose(removeCrossMoments(whole, crossMomentsOf(first)), crossMomentsOf(second));
    }),
    runs,
  );
});

test('nothing changes nothing, and all taken away is nothing', () => {
  const some = crossMomentsOf([
    [1, 2],
    [3, 5],
  ]);
  expect(combineCrossMoments(some, emptyCrossMoments(2))).toEqual(some);
  expect(combineCrossMoments(emptyCrossMoments(2), some)).toEqual(some);
  expect(removeCrossMoments(some, emptyCrossMoments(2))).toEqual(some);
  expect(removeCrossMoments(some, some)).toEqual(emptyCrossMoments(2));
  expect(crossMomentsOf([])).toEqual(emptyCrossMoments(0));
});

test('an offset of a billion costs no digits', () => {
  const values = [0, 1, 2, 3, 4, 5, 6].map((value) => [1e9 + value, 1e9 - value]);
  const { products } = crossMomentsOf(values);
  expect(products).toEqual([
    [28, -28],
    [-28, 28],
  ]);
  const halves = combineCrossMoments(crossMomentsOf(values.slice(0, 3)), crossMomentsOf(values.slice(3)));
  expect(relativeError(halves.products[0]?.[0] ?? 0, 28)).toBeLessThan(1e-9);
});

test("a database's averages and covariances are taken, and impossible ones refused", () => {
  const wanted = crossMomentsOf([
    [1, 2],
    [3, 5],
    [4, 4],
  ]);
  const covariances = wanted.products.map((row) => row.map((value) => value / 3));
  expectClose(crossMomentsFromCovariances(3, wanted.means, covariances), wanted);
  expect(crossMomentsFromCovariances(0, [Number.NaN], [[Number.NaN]])).toEqual(emptyCrossMoments(1));
  expect(() => crossMomentsFromCovariances(-1, [1], [[1]])).toThrow(DomainError);
  expect(() => crossMomentsFromCovariances(2, [1], [[-1]])).toThrow(DomainError);
  expect(() => crossMomentsFromCovariances(2, [1], [])).toThrow(DomainError);
  expect(() => crossMomentsFromCovariances(2, [Infinity], [[1]])).toThrow(DomainError);
  expect(() => crossMomentsFromCovariances(2, [1], [[1, 2]])).toThrow(DomainError);
});

test('rows of different length and parts larger than the whole are refused', () => {
  const wide = crossMomentsOf([
    [1, 2],
    [2, 3],
  ]);
  const narrow = crossMomentsOf([[1]]);
  expect(() => combineCrossMoments(wide, narrow)).toThrow(DomainError);
  expect(() => removeCrossMoments(wide, narrow)).toThrow(DomainError);
  expect(() => removeCrossMoments(narrow, wide)).toThrow(DomainError);
});
