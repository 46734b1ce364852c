import { expect, test } from 'vitest';
import { experiment } from '../experiment.test-support.ts';
import { restartSentences, startSentences } from './state-sentences.ts';

test('Before it starts, people read who takes part with which shares, and what is frozen', () => {
  const [who, frozen] = startSentences(experiment);
  expect(who).toContain('each user that reads flag button takes part: blue 50\u00A0%, green 50\u00A0%');
  expect(frozen).toContain('can be switched off at any time');
});

test('Arms that were assigned elsewhere change nothing in what is served', () => {
  expect(startSentences({ ...experiment, assignment: 'recorded' })[0]).toContain('stays as it is');
});

test('A restart says whether people will see another variant', () => {
  expect(restartSentences(experiment, true)[1]).toContain('see another one');
  expect(restartSentences(experiment, false)[1]).toContain('may carry over');
});
