import { expect, test } from 'vitest';
import { keyProblem } from './key-problem.ts';

test('A key is refused for its length, its first character and its characters', () => {
  expect(keyProblem('a'.repeat(100))).toBeNull();
  expect(keyProblem('9.x_y-z')).toBeNull();
  expect(keyProblem('')).toBe('A key is needed');
  expect(keyProblem('a'.repeat(101))).toMatch(/at most 100/);
  expect(keyProblem('-a')).toMatch(/beginning with/);
  expect(keyProblem('Aa')).toMatch(/Lower-case/);
});
