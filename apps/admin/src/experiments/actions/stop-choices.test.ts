import { expect, test } from 'vitest';
import { keepChoice, movesSentence, servedAfterText, serveOf } from './stop-choices.ts';

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

test('After a stop people read what was served, and why where somebody said so', () => {
  expect(servedAfterText({ ...serve, note: 'Fewer steps.' })).toBe('on for everybody: Fewer steps.');
  expect(servedAfterText({ kind: 'keep', variant: '', note: '' })).toBe('everybody kept what they had');
});
