import { expect, test } from 'vitest';
import { boundProblem } from './bound-problem.ts';

test('A number beyond its bounds is told them, and one within or none at all nothing', () => {
  expect(boundProblem(1_441, { min: 15, max: 1_440 })).toBe('From 15 to 1,440');
  expect(boundProblem('0', { min: 1 })).toBe('1 at least');
  expect(boundProblem(101, { max: 100, suffix: ' %' })).toBe('100 % at most');
  for (const fine of [15, 1_440, '20', '', undefined]) expect(boundProblem(fine, { min: 15, max: 1_440 })).toBe(undefined);
});
