import { expect, test } from 'vitest';
import { comparison } from './results.test-support.ts';
import { standingOf, standingText } from './standing.ts';

test('An arm is better or worse only with its whole interval, by the direction that is good', () => {
  const above = { ...comparison, interval: { low: 0.01, high: 0.09 } };
  const below = { ...comparison, interval: { low: -0.09, high: -0.01 } };
  expect(standingOf(above, 'increase')).toBe('better');
  expect(standingOf(above, 'decrease')).toBe('worse');
  expect(standingOf(below, 'increase')).toBe('worse');
  expect(standingOf(below, 'decrease')).toBe('better');
  expect(standingOf({ ...comparison, interval: { low: 0, high: 0.09 } }, 'increase')).toBe('undecided');
  expect(standingOf({ ...comparison, interval: null }, 'increase')).toBe('unknown');
});

test('While it runs, a standing is said to be one so far', () => {
  expect(standingText('better', true)).toBe('better so far');
  expect(standingText('better', false)).toBe('better');
  expect(standingText('undecided', true)).toBe('open so far');
});
