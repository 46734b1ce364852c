import { expect, test } from 'vitest';
import { quantile } from './quantile.mjs';

test('A quantile is the least value that a share of all does not exceed', () => {
  const values = Array.from({ length: 200 }, (_, place) => 200 - place);
  expect([0.001, 0.5, 0.95, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 100, 190, 198, 200]);
  expect(quantile([7], 0.5)).toBe(7);
});
