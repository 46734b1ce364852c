import { expect, test } from 'vitest';
import { shareProblem } from './share-problem.ts';

test('A share of a layer is all that is free at most, and more than nothing', () => {
  expect(shareProblem(60, 60_000)).toBe(null);
  expect(shareProblem(60.001, 60_000)).toBe('No more than 60\u00A0% is free');
  expect(shareProblem(140, 100_000)).toBe('No more than 100\u00A0% is free');
  expect(shareProblem(0, 60_000)).toBe('Say how much of the layer it needs');
  expect(shareProblem('', 60_000)).toBe('Say how much of the layer it needs');
});
