// Parts of text, and patterns.
import { fixtureOf, noText } from './truth-table.mjs';

const affixes = [
  {
    op: 'contains',
    notOp: 'notContains',
    of: 'text',
    values: ['bc', '.10'],
    samples: [
      ['the text inside', 'abcd', 'M'],
      ['the text alone', 'bc', 'M'],
      ['a version that has it', '2.10.0', 'M'],
      ['another text', 'acbd', 'N'],
      ['the text in capitals', 'ABCD', 'N'],
      ['an empty text', '', 'N'],
      ['a date', '2026-01-02T00:00:00Z', 'N'],
      ...noText,
    ],
  },
  {
    op: 'startsWith',
    notOp: 'notStartsWith',
    of: 'text',
    values: ['ab', '2026'],
    samples: [
      ['the text at the start', 'abcd', 'M'],
      ['a date that starts so', '2026-01-02T00:00:00Z', 'M'],
      ['the text elsewhere', 'cdab', 'N'],
      ['the text in capitals', 'ABCD', 'N'],
      ['an empty text', '', 'N'],
      ['a version', '2.10.0', 'N'],
      ['a boolean', true, 'W'],
      ['a number that is written so', 2026, 'W'],
    ],
  },
  {
    op: 'endsWith',
    notOp: 'notEndsWith',
    of: 'text',
    values: ['@example.org', 'Z'],
    samples: [
      ['the text at the end', 'ann@example.org', 'M'],
      ['a date that ends so', '2026-01-02T00:00:00Z', 'M'],
      ['the text elsewhere', '@example.org.evil', 'N'],
      ['the text in capitals', 'ANN@EXAMPLE.ORG', 'N'],
      ['an empty text', '', 'N'],
      ['a version', '2.10.0', 'N'],
      ...noText,
    ],
  },
  {
    op: 'contains',
    notOp: 'notContains',
    of: 'empty-text',
    values: [''],
    samples: [
      ['any text', 'abc', 'M'],
      ['an empty text', '', 'M'],
      ['a number', 7, 'W'],
    ],
  },
];

const patterns = [
  {
    op: 'matches',
    of: 'text',
    values: ['^b.*d$', '[0-9]{3}'],
    samples: [
      ['the first pattern', 'bcd', 'M'],
      ['the second pattern, anywhere', 'x123y', 'M'],
      ['neither pattern', 'abcde', 'N'],
      ['an empty text', '', 'N'],
      ['the pattern in capitals', 'BCD', 'N'],
      ['a date', '2026-01-02T00:00:00Z', 'M'],
      ['a version', '2.10.0', 'N'],
      ['a boolean', true, 'W'],
      ['a number that is written so', 123, 'W'],
    ],
  },
  {
    op: 'matches',
    of: 'classes',
    values: ['^\\p{Lu}\\w+\\.$'],
    samples: [
      ['what the classes describe', 'Uber.', 'M'],
      ['another text', 'uber.', 'N'],
      ['a line more', 'Uber.\n', 'N'],
      ['a number', 1, 'W'],
    ],
  },
  {
    op: 'matches',
    of: 'explosive',
    values: ['^(a+)+$'],
    samples: [
      ['a text for which others need longer than the universe is old', `${'a'.repeat(60)}!`, 'N'],
      ['a text that it matches', 'a'.repeat(60), 'M'],
      ['a number', 1, 'W'],
    ],
  },
];

export const textFixtures = [
  fixtureOf('text-parts', 'contains, startsWith, endsWith and their not-forms', affixes),
  fixtureOf('matches', 'matches: patterns in the syntax of RE2, found anywhere', patterns),
];
