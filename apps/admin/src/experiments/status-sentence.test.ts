import { expect, test } from 'vitest';
import { experiment } from './experiment.test-support.ts';
import { results } from './results.test-support.ts';
import { statusSentence } from './status-sentence.ts';

test('An experiment says where it stands', () => {
  expect(statusSentence({ ...experiment, state: 'draft' }, undefined, 0)).toBe('A draft: nobody takes part yet.');
  expect(statusSentence(experiment, results, Date.parse('2026-01-05T13:00:00Z'))).toBe(
    'Running since Jan 1, 2026, for 4 days. 2,000 user keys take part so far.',
  );
  expect(statusSentence(experiment, undefined, Date.parse('2026-01-01T13:00:00Z'))).toBe(
    'Running since Jan 1, 2026, for less than a day.',
  );
  expect(statusSentence({ ...experiment, state: 'stopped', stoppedAt: '2026-01-15T12:00:00Z' }, results, 0)).toBe(
    'Stopped on Jan 15, 2026. 2,000 user keys took part.',
  );
});
