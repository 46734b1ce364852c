import { expect, test } from 'vitest';
import { conditionSentence, serveSentence } from './sentences.ts';

test('A condition reads as a sentence, with brackets where groups nest', () => {
  expect(
    conditionSentence({
      all: [
        { attribute: 'plan', op: 'in', values: ['pro', 'team'] },
        { any: [{ attribute: 'country', op: 'notEquals', values: ['DE'] }, { inSegment: 'beta' }] },
        { not: { flagIs: { flag: 'old', variants: ['on'] } } },
      ],
    }),
  ).toBe('plan is one of pro, team and (country is set and is not DE or in segment beta) and not (flag old is on)');
  expect(conditionSentence({ all: [] })).toBe('always');
  expect(conditionSentence({ any: [] })).toBe('never');
});

test('A serve reads as what people get', () => {
  expect(serveSentence({ variant: 'on' })).toBe('on');
  expect(
    serveSentence({
      split: {
        contextKind: 'org',
        ranges: [
          { variant: 'on', from: 0, to: 25_000 },
          { variant: 'off', from: 25_000, to: 99_500 },
          { variant: 'on', from: 99_500, to: 100_000 },
        ],
      },
    }),
  ).toBe('on to 25.5\u00A0%, off to 74.5\u00A0% by org');
});
