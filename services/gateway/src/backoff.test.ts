import { expect, test } from 'vitest';
import { createBackoff } from './backoff.ts';

test('Pauses lie anywhere under a bound that doubles from 100 ms to 5 s, and begin anew after a success', () => {
  const most = createBackoff(() => 1 - Number.EPSILON);
  const bounds = Array.from({ length: 8 }, () => Math.ceil(most.next()));
  expect(bounds).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  most.reset();
  expect(Math.ceil(most.next())).toBe(100);
  expect(createBackoff(() => 0).next()).toBe(0);
});
