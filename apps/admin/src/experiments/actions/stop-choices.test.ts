import { expect, test } from 'vitest';
import { keepChoice, movesSentence, serveOf } from './stop-choices.ts';

const serve = { kind: 'variant' as const, variant: 'on', note: '' };

test('Before a stop people read who will see what', () => {
  expect(
    movesSentence({
      serve,
      staysMilliPercent: 30_000,
      changesMilliPercent: 70_000,
      moves: [{ from: 'off', to: 'on', milliPercent: 70_000 }],
    }),
  ).toBe('30\u00A0% see what they see now; 70\u00A0% go from off to on.');
});

test('Keeping is a choice like any variant', () => {
  expect(serveOf(keepChoice)).toEqual({ keep: true });
  expect(serveOf('on')).toEqual({ variant: 'on' });
});
