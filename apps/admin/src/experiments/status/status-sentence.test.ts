import { expect, test } from 'vitest';
import { experiment } from '../experiment.test-support.ts';
import { statusSentence } from './status-sentence.ts';

test('An experiment says where it stands', () => {
  expect(statusSentence({ ...experiment, state: 'draft' }, undefined, 0)).toBe('A draft: nobody takes part yet.');
  expect(statusSentence(experiment, 60_440, Date.parse('2026-01-05T13:00:00Z'))).toBe(
    'Running since Jan 1, 2026, for 4 days. 60,440 user keys take part so far.',
  );
  expect(statusSentence(experiment, undefined, Date.parse('2026-01-01T13:00:00Z'))).toBe(
    'Running since Jan 1, 2026, for less than a day.',
  );
  expect(statusSentence({ ...experiment, state: 'stopped', stoppedAt: '2026-01-15T12:00:00Z' }, 60_440, 0)).toBe(
    'Stopped on Jan 15, 2026. 60,440 user keys took part.',
  );
  expect(
    statusSentence(
      { ...experiment, state: 'stopped', stoppedAt: '2026-01-15T12:00:00Z', graceUntil: '2026-01-18T12:00:00Z' },
      undefined,
      Date.parse('2026-01-16T12:00:00Z'),
    ),
  ).toBe('Stopped on Jan 15, 2026. Late data counts until Jan 18, 2026; then the results are final.');
  expect(
    statusSentence({ ...experiment, periodFrom: '2025-12-20T12:00:00Z' }, undefined, Date.parse('2026-01-01T13:00:00Z')),
  ).toBe('Measured from Dec 20, 2025 on, for 12 days.');
  expect(statusSentence({ ...experiment, state: 'paused' }, undefined, 0)).toContain('whoever comes now stays out');
});
