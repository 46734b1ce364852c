import { expect, test } from 'vitest';
import { daysLeftText, gainText, liftSentence, reasonText, warningText } from './result-words.ts';
import { comparison } from './results.test-support.ts';

test('The interval is told before the best guess, and a probability of it never', () => {
  const sentence = liftSentence(
    {
      ...comparison,
      effect: { ...comparison.effect, notComputable: null, liftInterval: { low: 0.042, high: 0.249 } },
      bestGuess: comparison.bestGuess && { ...comparison.bestGuess, isLift: true, value: 0.043 },
    },
    '95\u00A0%',
  );
  expect(sentence).toBe(
    'green against the baseline: from +4.2\u00A0% to +24.9\u00A0% (95\u00A0% interval), best guess +4.3\u00A0%.',
  );
});

test('A number that does not exist says why', () => {
  const effect = { ...comparison.effect, notComputable: 'not-yet' as const, interval: null, liftInterval: null };
  expect(liftSentence({ ...comparison, effect }, '95\u00A0%')).toContain('looked at once, at its planned end');
  expect(reasonText('control-mean-zero')).toContain('baseline is zero');
});

test('Adjusting is told as the users that it is worth', () => {
  const adjustment = { status: 'applied' as const, varianceRatio: 0.75, historyShare: 0.6 };
  expect(gainText({ ...comparison, adjustment })).toBe('adjusted by what was known before: as if 33\u00A0% more users');
});

test('Small samples say that they are small', () => {
  expect(warningText({ kind: 'few-conversions', variants: ['a', 'b'], atLeast: 20 })).toMatch(/^Few conversions in a and b/);
});

test('Days that are left are a range, and many are no number', () => {
  expect(daysLeftText({ kind: 'days', days: 6, low: 4, high: 9 })).toBe('about 6 days left (4 to 9)');
  expect(daysLeftText({ kind: 'change-the-plan' })).toContain('more than 60 days');
});
