import { expect, test } from 'vitest';
import { comparison } from './results.test-support.ts';
import { standingOf, standingText } from './standing.ts';

const withInterval = (low: number, high: number) => ({
  ...comparison,
  guardrail: null,
  isClosedAtZero: false,
  effect: { ...comparison.effect, difference: (low + high) / 2, interval: { low, high } },
});

test('An arm is better or worse only with its whole interval, by the direction that is good', () => {
  expect(standingOf(withInterval(0.01, 0.09), 'increase')).toBe('better');
  expect(standingOf(withInterval(0.01, 0.09), 'decrease')).toBe('worse');
  expect(standingOf(withInterval(-0.09, -0.01), 'increase')).toBe('worse');
  expect(standingOf(withInterval(0, 0.09), 'increase')).toBe('undecided');
  expect(standingOf({ ...comparison, effect: { ...comparison.effect, interval: null } }, 'increase')).toBe('unknown');
});

test('What a step-down correction calls stands although its interval contains zero', () => {
  expect(standingOf({ ...withInterval(-0.01, 0.09), isClosedAtZero: true }, 'increase')).toBe('better');
});

test('A guardrail stands by its margin, not by zero', () => {
  const guarded = (outcome: 'passed' | 'failed' | 'open') => ({
    ...withInterval(-0.005, 0.09),
    guardrail: { margin: 0.01, outcome, daysLeft: null },
  });
  expect(standingOf(guarded('passed'), 'increase')).toBe('better');
  expect(standingOf(guarded('open'), 'increase')).toBe('undecided');
  expect(standingText('better', { role: 'guardrail', isExploratory: false })).toBe('safe');
  expect(standingText('worse', { role: 'guardrail', isExploratory: false })).toBe('worse than allowed');
});

test('What was changed after the start is an idea only', () => {
  expect(standingText('better', { role: 'primary', isExploratory: true })).toBe('better, an idea only');
});
