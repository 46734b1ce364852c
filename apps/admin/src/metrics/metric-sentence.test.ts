import { expect, test } from 'vitest';
import { metricSentence } from './metric-sentence.ts';

const metric = {
  id: '0190a000-0000-7000-8000-000000000001',
  key: 'bought',
  name: 'Bought',
  description: '',
  type: 'conversion',
  eventKey: 'purchase',
  direction: 'increase',
  windowHours: 0,
  version: 1,
  createdAt: '2026-01-01T12:00:00Z',
} as const;

test('A metric says what counts, for how long, and which way is good', () => {
  expect(metricSentence(metric)).toBe('The share of people with purchase; more is better.');
  expect(metricSentence({ ...metric, type: 'mean', windowHours: 168, direction: 'decrease' })).toBe(
    'The mean over people of the sum of purchase, within 7 days of their first exposure; less is better.',
  );
  expect(metricSentence({ ...metric, windowHours: 25 })).toContain('within 25 hours');
});
