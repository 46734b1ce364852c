// equals, in and their not-forms: any of the values, of the same type. A string is never guessed to be a date or a version.
import { fixtureOf, noText } from './truth-table.mjs';

const equalitySamples = {
  text: {
    values: ['pro', 'beta'],
    samples: [
      ['the first text', 'pro', 'M'],
      ['the second text', 'beta', 'M'],
      ['another text', 'free', 'N'],
      ['the text in capitals', 'PRO', 'N'],
      ['the text with a space', 'pro ', 'N'],
      ['an empty text', '', 'N'],
      ['a date', '2026-01-02T00:00:00Z', 'N'],
      ['a version', '2.10.0', 'N'],
      ...noText,
    ],
  },
  number: {
    values: [7, 1.5],
    samples: [
      ['the integer', 7, 'M'],
      ['the fraction', 1.5, 'M'],
      ['another number', 8, 'N'],
      ['the number negated', -7, 'N'],
      ['the number as text', '7', 'W'],
      ['a boolean', true, 'W'],
      ['a date', '2026-01-02T00:00:00Z', 'W'],
    ],
  },
  boolean: {
    values: [true],
    samples: [
      ['the boolean', true, 'M'],
      ['the other boolean', false, 'N'],
      ['the boolean as text', 'true', 'W'],
      ['a number', 1, 'W'],
    ],
  },
  mixed: {
    values: ['pro', 0],
    samples: [
      ['the text', 'pro', 'M'],
      ['the number', 0, 'M'],
      ['the number as text', '0', 'N'],
      ['another number', 1, 'N'],
      ['a boolean', false, 'W'],
    ],
  },
  date: {
    values: ['2026-01-02T00:00:00Z'],
    samples: [
      ['the same text', '2026-01-02T00:00:00Z', 'M'],
      ['the same moment written otherwise', '2026-01-02T01:00:00+01:00', 'N'],
      ['the same moment as a number', 1767312000000, 'W'],
    ],
  },
  version: {
    values: ['2.10.0'],
    samples: [
      ['the same text', '2.10.0', 'M'],
      ['the same version written otherwise', 'v2.10', 'N'],
      ['a number', 2.1, 'W'],
    ],
  },
};

function equality(op, notOp, kinds) {
  return kinds.map((of) => ({ op, notOp, of, ...equalitySamples[of] }));
}

export const equalityFixtures = [
  fixtureOf(
    'equals',
    'equals and notEquals',
    equality('equals', 'notEquals', ['text', 'number', 'boolean', 'mixed', 'date', 'version']),
  ),
  fixtureOf('in', 'in and notIn', equality('in', 'notIn', ['text', 'number', 'boolean', 'mixed'])),
];
