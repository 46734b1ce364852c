import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const bounds = { first: 250, longest: 30_000 };

test('The pause is spread over all of its bound, which doubles up to the longest', () => {
  expect(backoffMs(0, bounds, () => 0)).toBe(0);
  expect(backoffMs(0, bounds, () => 0.999)).toBe(249);
  expect(backoffMs(3, bounds, () => 0.5)).toBe(1_000);
  expect(backoffMs(7, bounds, () => 0.999_99)).toBe(29_999);
  expect(backoffMs(1e9, bounds, () => 0.999_99)).toBe(29_999);
});
