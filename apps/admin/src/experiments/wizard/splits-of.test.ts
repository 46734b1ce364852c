import { expect, test } from 'vitest';
import { splitsOf } from './splits-of.ts';

const split = {
  split: {
    contextKind: 'user',
    ranges: [
      { variant: 'on', from: 0, to: 50_000 },
      { variant: 'off', from: 50_000, to: 100_000 },
    ],
  },
};

const halves = {
  variants: ['on', 'off'],
  shares: [
    { variant: 'on', percent: 50 },
    { variant: 'off', percent: 50 },
  ],
  contextKind: 'user',
};

test('An experiment can stand where chance gives out variants, and nowhere else', () => {
  const when = { attribute: 'plan', op: 'exists' as const, values: [] };
  expect(
    splitsOf({
      offVariant: 'off',
      rules: [
        { id: 'r1', when, serve: { variant: 'on' } },
        { id: 'r2', name: 'Payers', when, serve: split },
      ],
      defaultServe: split,
    }),
  ).toEqual([
    { ruleId: '', label: 'Everyone else: on to 50\u00A0%, off to 50\u00A0% by user', ...halves },
    { ruleId: 'r2', label: 'Payers: on to 50\u00A0%, off to 50\u00A0% by user', ...halves },
  ]);
  expect(splitsOf({ offVariant: null, defaultServe: { variant: 'on' } })).toEqual([]);
});
