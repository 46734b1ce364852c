// Comparing without regard to case: lower case without a locale.
import { fixtureOf } from './truth-table.mjs';

const folded = [
  ['equals', 'notEquals', 'i̇stanbul', ['İstanbul', 'M'], ['Istanbul', 'N'], ['ISTANBUL', 'N']],
  ['equals', 'notEquals', 'straße', ['STRAẞE', 'M'], ['STRASSE', 'N'], ['Straße', 'M']],
  ['in', 'notIn', 'ΟΔΟΣ', ['οδος', 'M'], ['οδοσ', 'M'], ['οδο', 'N']],
  ['contains', 'notContains', 'O W', ['hello world', 'M'], ['helloworld', 'N']],
  ['startsWith', 'notStartsWith', 'ΟΔΟΣ', ['οδοσα', 'M'], ['α', 'N']],
  ['endsWith', 'notEndsWith', '.TXT', ['file.txt', 'M'], ['file.text', 'N']],
  ['equals', 'notEquals', 'ı', ['I', 'N'], ['ı', 'M']],
].map(([op, notOp, value, ...texts], index) => ({
  op,
  notOp,
  of: `folded-${index}`,
  values: [value],
  ignoreCase: true,
  samples: [...texts.map(([text, stands]) => [text, text, stands]), ['a number', 7, 'W']],
}));

const foldedPattern = {
  op: 'matches',
  of: 'folded',
  values: ['^hel+o'],
  ignoreCase: true,
  samples: [
    ['capitals', 'HELLO there', 'M'],
    ['another text', 'hero', 'N'],
    ['a number', 7, 'W'],
  ],
};

export const foldedFixtures = [
  fixtureOf('ignore-case', 'ignoreCase: lower case without a locale, final sigma as sigma', [...folded, foldedPattern]),
];
