import { expect, test } from 'vitest';
import { experiment } from './experiment.test-support.ts';
import { startSentences, stopSentences } from './state-sentences.ts';

test('Starting says who takes part, and that nothing else changes', () => {
  expect(startSentences(experiment)[0]).toBe(
    'From now on each user that reads flag button takes part: blue 50 %, green 50 %. What they are served does not change.',
  );
  expect(startSentences({ ...experiment, assignment: 'recorded' })[0]).toMatch(/stays as it is/);
});

test('Stopping picks no winner', () => {
  expect(stopSentences(experiment)[0]).toMatch(/no variant wins by stopping/);
  expect(stopSentences({ ...experiment, assignment: 'recorded' })[0]).toBe('Nothing changes in what flag button serves.');
});
