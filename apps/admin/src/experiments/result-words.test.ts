import { expect, test } from 'vitest';
import { levelText, liftSentence, metricValueText, reasonText, warningText } from './result-words.ts';
import { comparison } from './results.test-support.ts';

test('A lift is told with its interval first', () => {
  expect(liftSentence(comparison, levelText(0.05))).toBe(
    'green against the baseline: from +6.34 % to +46.9 % (95 % interval), measured +25 %.',
  );
});

test('A lift that does not exist says why', () => {
  const few = { ...comparison, liftInterval: null, liftNotMeasurable: 'few-conversions' };
  expect(liftSentence(few, '95 %')).toBe('The lift of green can’t be measured yet: few conversions.');
  const none = { ...few, notComputable: 'no-variance', lift: null };
  expect(liftSentence(none, '95 %')).toBe('green can’t be compared yet: all values are the same.');
});

test('Reasons and warnings that are not known here are shown as they are', () => {
  expect(reasonText('of-another-version')).toBe('of-another-version');
  expect(warningText({ kind: 'of-another-version' })).toBe('of-another-version');
  expect(warningText({ kind: 'heavy-tail', armKeys: ['a', 'b'], atLeast: 5_000 })).toBe(
    'A few very large values in a and b carry the mean: the interval holds its level from 5,000 units on.',
  );
});

test('A conversion is a share, a mean a value', () => {
  expect(metricValueText('conversion', 0.2)).toBe('20 %');
  expect(metricValueText('mean', 52.456)).toBe('52.5');
  expect(metricValueText('mean', null)).toBe('–');
});
