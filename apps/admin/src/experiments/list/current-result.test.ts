import { expect, test } from 'vitest';
import { currentResult } from './current-result.ts';

test('What an earlier iteration came to is no word on the newest one', () => {
  const result = {
    code: 'ship',
    headline: 'Ship green',
    advice: 'Stop the experiment.',
    units: 10,
    broken: [],
    computedAt: '2026-01-14T00:00:00Z',
    iteration: 1,
  };
  const headline = { result, failure: '' };
  expect(currentResult({ iterationNumber: 1, headline })).toBe(result);
  expect(currentResult({ iterationNumber: 2, headline })).toBeUndefined();
  expect(currentResult({ iterationNumber: 1, headline: { failure: 'gone' } })).toBeUndefined();
});
