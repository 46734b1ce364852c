import { expect, test } from 'vitest';
import { raisedTo } from './enrolment.ts';

test('Who takes part is raised, to everybody at most', () => {
  expect(raisedTo(20.001, 20_000)).toBe(20_001);
  expect(raisedTo(100, 20_000)).toBe(100_000);
  for (const typed of [20, 10, 100.001, '', '-']) expect(raisedTo(typed, 20_000)).toBe(null);
});
