import { expect, test } from 'vitest';
import { isWhole, weightsOf } from './weights.ts';

test('Shares are whole when they are 100 % together and none is below zero', () => {
  const arms = ['on', 'off'].map((variant) => ({ variant, expectedMilliPercent: 50_000 }));
  expect(isWhole(weightsOf(arms, [30, '70']))).toBe(true);
  expect(isWhole(weightsOf(arms, [30, 60]))).toBe(false);
  expect(isWhole(weightsOf(arms, [150, -50]))).toBe(false);
});
