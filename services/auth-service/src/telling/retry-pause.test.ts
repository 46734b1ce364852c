import { expect, test } from 'vitest';
import { authLimits } from '../limits.ts';
import { retryPauseMs } from './retry-pause.ts';

const { deliveryRetry } = authLimits;

test('The longest pause doubles with each attempt, up to its bound', () => {
  const longest = [1, 2, 3, 10, 11, 1_000].map((attempt) => retryPauseMs(deliveryRetry, attempt, 1));
  expect(longest).toEqual([5_000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000]);
});

test('The pause itself is anything up to it', () => {
  expect([0, 0.25, 0.5].map((fraction) => retryPauseMs(deliveryRetry, 2, fraction))).toEqual([0, 2_500, 5_000]);
});
