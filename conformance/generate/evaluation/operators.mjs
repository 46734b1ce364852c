// The truth table: every operator, its not-form, and every type of value. Each row is written by hand as how a single value
// stands to the operands; what follows for lists, missing values, objects and the not-form is derived by the rules of
// docs/guide/evaluation.md, stated once in `cellsOf`.
import { Fixture, truthFlag } from '../fixture.mjs';

/**
 * How a single value stands to the operands: M matches, N does not, W is of the wrong type.
 *
 * @typedef {readonly [label: string, value: unknown, stands: 'M' | 'N' | 'W']} Sample
 */

/** The cells of an operator that takes a single value: [label, value, form, not-form]. */
function cellsOf(samples) {
  const first = (stands) => samples.find((sample) => sample[2] === stands)?.[1];
  const [match, noMatch, wrong] = [first('M'), first('N'), first('W')];
  // A single value: the not-form is the opposite, except that a wrong type makes both false.
  const single = samples.map(([label, value, stands]) => [label, value, stands === 'M' ? 'T' : 'F', stands === 'N' ? 'T' : 'F']);
  return [
    ...single,
    // A list: the form holds if any element satisfies it, the not-form if none does.
    ['a list with a match', [noMatch, match], 'T', 'F'],
    ['a list without a match', [noMatch, noMatch], 'F', 'T'],
    ['an empty list', [], 'F', 'T'],
    ['a list of the wrong type', [wrong], 'F', 'T'],
    ['a list of the wrong type and a match', [wrong, match], 'T', 'F'],
    ['an object', { deep: match }, 'F', 'F'],
    ['null', null, 'F', 'F'],
    ['nothing', undefined, 'F', 'F'],
  ];
}

/** An operator's name as a flag's key may be written. */
const kebab = (name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Adds a group: one flag for the operator, one for its not-form, and a case for every cell of both. */
function addGroup(fixture, { op, notOp, values, ignoreCase, of, samples }) {
  const cells = cellsOf(samples);
  const privateMatch = samples.find((sample) => sample[2] === 'M')?.[1];
  for (const [form, column] of notOp === undefined
    ? [[op, 2]]
    : [
        [op, 2],
        [notOp, 3],
      ]) {
    const flag = `${kebab(form)}-${of}`;
    const condition = { attribute: 'value', op: form, values, ...(ignoreCase && { ignoreCase }) };
    fixture.flag(truthFlag(flag, condition));
    for (const cell of cells) {
      const context = { targetingKey: 'u-1', ...(cell[1] !== undefined && { value: cell[1] }) };
      fixture.truth(`${form} ${JSON.stringify(values)}: ${cell[0]}`, { flag, context }, cell[column]);
    }
    const context = { targetingKey: 'u-1', value: privateMatch, privateAttributes: ['value'] };
    fixture.truth(`${form} ${JSON.stringify(values)}: a private match`, { flag, context }, column === 2 ? 'T' : 'F');
  }
}

function fixtureOf(name, title, groups) {
  const fixture = new Fixture(name, title);
  for (const group of groups) addGroup(fixture, group);
  return fixture;
}

/** The types of which no text is. */
const noText = [
  ['a boolean', true, 'W'],
  ['a number', 7, 'W'],
];

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

const numberTypes = [
  ['a number as text', '5', 'W'],
  ['a boolean', true, 'W'],
  ['a date', '2026-01-02T00:00:00Z', 'W'],
  ['a version', '5.0.0', 'W'],
];

const orders = [
  { op: 'lessThan', below: 'M', equal: 'N', above: 'N' },
  { op: 'lessOrEqual', below: 'M', equal: 'M', above: 'N' },
  { op: 'greaterThan', below: 'N', equal: 'N', above: 'M' },
  { op: 'greaterOrEqual', below: 'N', equal: 'M', above: 'M' },
];

const numberOrders = [
  ...orders.map(({ op, below, equal, above }) => ({
    op,
    of: 'number',
    values: [5],
    samples: [
      ['a number below', 4.999, below],
      ['the number', 5, equal],
      ['a number above', 5.001, above],
      ['a negative number', -5, below],
      ...numberTypes,
    ],
  })),
  {
    op: 'lessThan',
    of: 'several',
    values: [1, 9],
    samples: [
      ['below the greater', 5, 'M'],
      ['above both', 10, 'N'],
      ['a boolean', true, 'W'],
    ],
  },
  {
    op: 'between',
    of: 'number',
    values: [1, 3],
    samples: [
      ['the lower end', 1, 'M'],
      ['the upper end', 3, 'M'],
      ['inside', 2.5, 'M'],
      ['below', 0.999, 'N'],
      ['above', 3.001, 'N'],
      ['inside, as text', '2', 'W'],
      ['a version', '2.0.0', 'W'],
      ['a boolean', true, 'W'],
      ['a date', '2026-01-02T00:00:00Z', 'W'],
    ],
  },
];

/** 2026-01-02T00:00:00Z. */
const boundMs = 1767312000000;

const dateOrders = [
  { op: 'before', earlier: 'M', later: 'N' },
  { op: 'after', earlier: 'N', later: 'M' },
].flatMap(({ op, earlier, later }) => [
  {
    op,
    of: 'text',
    values: ['2026-01-02T00:00:00Z'],
    samples: [
      ['a millisecond earlier', '2026-01-01T23:59:59.999Z', earlier],
      ['a millisecond later', '2026-01-02T00:00:00.001Z', later],
      ['the same moment', '2026-01-02T00:00:00Z', 'N'],
      ['the same moment elsewhere', '2026-01-02T05:30:00+05:30', 'N'],
      ['earlier by its offset', '2026-01-02T00:30:00+01:00', earlier],
      ['later by its offset', '2026-01-01T23:30:00-01:00', later],
      ['a millisecond earlier, as a number', boundMs - 1, earlier],
      ['a millisecond later, as a number', boundMs + 1, later],
      ['the same moment as a number', boundMs, 'N'],
      ['before 1970', -1, earlier],
      ['digits beyond the millisecond', '2026-01-02T00:00:00.0004Z', 'N'],
      ['a day without a time', '2026-01-01', 'W'],
      ['a day that does not exist', '2026-02-30T00:00:00Z', 'W'],
      ['a time without an offset', '2026-01-01T00:00:00', 'W'],
      ['another text', 'yesterday', 'W'],
      ['a version', '2.10.0', 'W'],
      ['a boolean', true, 'W'],
    ],
  },
  {
    op,
    of: 'number',
    values: [boundMs],
    samples: [
      ['a millisecond earlier', '2026-01-01T23:59:59.999Z', earlier],
      ['a millisecond later', '2026-01-02T00:00:00.001Z', later],
      ['the same moment', '2026-01-02T00:00:00Z', 'N'],
      ['a number as text', String(boundMs), 'W'],
    ],
  },
]);

const noVersion = [
  ['four parts', '2.10.0.1', 'W'],
  ['a word', 'two', 'W'],
  ['an empty text', '', 'W'],
  ['a leading zero', '2.010.0', 'W'],
  ['a number', 2.1, 'W'],
  ['a boolean', true, 'W'],
  ['a date', '2026-01-02T00:00:00Z', 'W'],
];

const versionOrders = [
  { op: 'semverEquals', below: 'N', equal: 'M', above: 'N' },
  { op: 'semverLess', below: 'M', equal: 'N', above: 'N' },
  { op: 'semverLessOrEqual', below: 'M', equal: 'M', above: 'N' },
  { op: 'semverGreater', below: 'N', equal: 'N', above: 'M' },
  { op: 'semverGreaterOrEqual', below: 'N', equal: 'M', above: 'M' },
].map(({ op, below, equal, above }) => ({
  op,
  of: 'version',
  values: ['2.10.0'],
  samples: [
    ['a version below', '2.9.9', below],
    ['the version', '2.10.0', equal],
    ['a version above', '2.10.1', above],
    ['the version without its patch, after a v', 'v2.10', equal],
    ['a major alone', '3', above],
    ['build metadata, which is ignored', '2.10.0+build.5', equal],
    ['a pre-release of the version', '2.10.0-rc.1', below],
    ['a pre-release of the next version', '2.10.1-alpha', above],
    ...noVersion,
  ],
}));

const versionRanges = [
  {
    op: 'semverInRange',
    of: 'comparators',
    values: ['>=1.2.0 <2.0.0'],
    samples: [
      ['inside', '1.9.9', 'M'],
      ['the lower end', '1.2', 'M'],
      ['the upper end', '2.0.0', 'N'],
      ['below', '1.1.99', 'N'],
      ...noVersion,
    ],
  },
  {
    op: 'semverInRange',
    of: 'several',
    values: ['^3.1.0', '~1.2.3 || 0.5.x'],
    samples: [
      ['within the caret', '3.9.0', 'M'],
      ['within the tilde', '1.2.9', 'M'],
      ['within the wildcard', '0.5.7', 'M'],
      ['beyond the caret', '4.0.0', 'N'],
      ['beyond the tilde', '1.3.0', 'N'],
      ['a number', 3, 'W'],
    ],
  },
];

const networks = [
  {
    op: 'inCidr',
    of: 'networks',
    values: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'],
    samples: [
      ['an address inside', '10.200.3.4', 'M'],
      ['an address of version 6 inside', '2001:db8::7', 'M'],
      ['the single address', '192.0.2.7', 'M'],
      ['an address inside, mapped to version 6', '::ffff:10.1.2.3', 'M'],
      ['an address outside', '11.0.0.1', 'N'],
      ['an address of version 6 outside', '2001:db9::7', 'N'],
      ['the neighbour of the single address', '192.0.2.8', 'N'],
      ['a name', 'localhost', 'W'],
      ['an address with a port', '10.0.0.1:80', 'W'],
      ['a part above 255', '10.0.0.256', 'W'],
      ['a version', '2.10.0', 'W'],
      ['a date', '2026-01-02T00:00:00Z', 'W'],
      ['an empty text', '', 'W'],
      ['a number', 10, 'W'],
      ['a boolean', true, 'W'],
    ],
  },
];

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

/** Presence and the operators of lists have tables of their own: [label, value, letter by operator]. */
function presence() {
  const fixture = new Fixture('presence', 'exists and notExists, for every type of value');
  /** @type {readonly (readonly [label: string, value: unknown, exists: 'T' | 'F'])[]} */
  const cells = [
    ['a text', 'a', 'T'],
    ['an empty text', '', 'T'],
    ['a boolean', true, 'T'],
    ['false', false, 'T'],
    ['a number', 7, 'T'],
    ['zero', 0, 'T'],
    ['a list', ['a'], 'T'],
    ['an empty list', [], 'T'],
    ['a list of null', [null], 'T'],
    ['a date', '2026-01-02T00:00:00Z', 'T'],
    ['a version', '2.10.0', 'T'],
    ['an object', { deep: 1 }, 'T'],
    ['an empty object', {}, 'T'],
    ['null', null, 'F'],
    ['nothing', undefined, 'F'],
  ];
  for (const op of ['exists', 'notExists']) {
    const flag = kebab(op);
    fixture.flag(truthFlag(flag, { attribute: 'value', op, values: [] }));
    const letter = (exists) => (op === 'exists' ? exists : exists === 'T' ? 'F' : 'T');
    for (const [label, value, exists] of cells) {
      const context = { targetingKey: 'u-1', ...(value !== undefined && { value }) };
      fixture.truth(`${op}: ${label}`, { flag, context }, letter(exists));
    }
    const context = { targetingKey: 'u-1', value: 'secret', privateAttributes: ['value'] };
    fixture.truth(`${op}: a private value`, { flag, context }, letter('T'));
  }
  return fixture;
}

function lists() {
  const fixture = new Fixture('list-operators', 'containsAny and containsAll, for every type of value');
  /** @type {readonly (readonly [label: string, value: unknown, any: 'T' | 'F', all: 'T' | 'F'])[]} */
  const cells = [
    // label, value, containsAny ['a', 'b', 7], containsAll of the same
    ['all of the values and more', ['x', 7, 'b', 'a'], 'T', 'T'],
    ['some of the values', ['x', 'b'], 'T', 'F'],
    ['a number of the values', [7], 'T', 'F'],
    ['none of the values', ['x', 'y'], 'F', 'F'],
    ['the number as text', ['7'], 'F', 'F'],
    ['a text in capitals', ['A'], 'F', 'F'],
    ['an empty list', [], 'F', 'F'],
    ['a list of lists', [['a', 'b', 7]], 'F', 'F'],
    ['a list with null and objects among the values', [null, { a: 1 }, 'a', 'b', 7], 'T', 'T'],
    ['a text', 'a', 'F', 'F'],
    ['a text that has the values', 'ab7', 'F', 'F'],
    ['a number', 7, 'F', 'F'],
    ['a boolean', true, 'F', 'F'],
    ['a date', '2026-01-02T00:00:00Z', 'F', 'F'],
    ['a version', '2.10.0', 'F', 'F'],
    ['an object', { 0: 'a', 1: 'b', 2: 7, length: 3 }, 'F', 'F'],
    ['null', null, 'F', 'F'],
    ['nothing', undefined, 'F', 'F'],
  ];
  for (const [op, column] of [
    ['containsAny', 2],
    ['containsAll', 3],
  ]) {
    const flag = kebab(op);
    fixture.flag(truthFlag(flag, { attribute: 'value', op, values: ['a', 'b', 7] }));
    for (const cell of cells) {
      const context = { targetingKey: 'u-1', ...(cell[1] !== undefined && { value: cell[1] }) };
      fixture.truth(`${op}: ${cell[0]}`, { flag, context }, cell[column]);
    }
    const context = { targetingKey: 'u-1', value: ['a', 'b', 7], privateAttributes: ['value'] };
    fixture.truth(`${op}: a private list`, { flag, context }, 'T');
    fixture.flag(truthFlag(`${flag}-folded`, { attribute: 'value', op, values: ['ΟΔΟΣ', 7], ignoreCase: true }));
    fixture.truth(`${op} ignoring case: the values`, { flag: `${flag}-folded`, context: { value: ['οδος', 7] } }, 'T');
    fixture.truth(`${op} ignoring case: other values`, { flag: `${flag}-folded`, context: { value: ['οδο', 8] } }, 'F');
  }
  return fixture;
}

/** Operands that an operator can't use make it unknown, whatever the context has; so does an operator nobody here knows. */
function unusable() {
  const fixture = new Fixture('unusable-conditions', 'What can not be used is unknown, and so is its negation');
  /** @type {readonly (readonly [op: string, values: readonly unknown[]])[]} */
  const operands = [
    ['equals', [{ not: 'usable' }]],
    ['notEquals', [['a']]],
    ['in', [null]],
    ['notIn', ['a', null]],
    ['contains', [7]],
    ['notContains', [true]],
    ['startsWith', ['a', 7]],
    ['notStartsWith', [7]],
    ['endsWith', [7]],
    ['notEndsWith', [7]],
    ['matches', ['(']],
    ['matches', ['(?=a)']],
    ['matches', ['(a)\\1']],
    ['matches', ['a', '[']],
    ['lessThan', ['5']],
    ['lessOrEqual', [true]],
    ['greaterThan', [null]],
    ['greaterOrEqual', ['x']],
    ['between', [1]],
    ['between', [1, 2, 3]],
    ['between', ['1', '2']],
    ['before', ['yesterday']],
    ['after', [true]],
    ['after', ['2026-02-30T00:00:00Z']],
    ['semverEquals', ['two']],
    ['semverLess', [2]],
    ['semverLessOrEqual', ['1.2.3.4']],
    ['semverGreater', ['']],
    ['semverGreaterOrEqual', ['1.x.y']],
    ['semverInRange', ['between 1 and 2']],
    ['semverInRange', [1]],
    ['inCidr', ['10.0.0.0/33']],
    ['inCidr', ['localhost']],
    ['containsAny', [{ a: 1 }]],
    ['containsAll', [['a']]],
    ['resembles', ['a']],
    ['constructor', ['a']],
    ['', ['a']],
  ];
  for (const [index, [op, values]] of operands.entries()) {
    const flag = `unusable-${index}`;
    fixture.flag(truthFlag(flag, { attribute: 'value', op, values }));
    fixture.truth(`${op} ${JSON.stringify(values)} over a text`, { flag, context: { value: 'a' } }, 'U');
    fixture.truth(`${op} ${JSON.stringify(values)} over nothing`, { flag, context: {} }, 'U');
  }
  const shapes = [
    {},
    [],
    'all',
    null,
    true,
    { attribute: 'value' },
    { op: 'equals', values: ['a'] },
    { attribute: 7, op: 'equals', values: ['a'] },
    { attribute: 'value', op: 'equals', values: 'a' },
    { attribute: 'value', op: 7, values: ['a'] },
    { attribute: 'value', kind: 7, op: 'equals', values: ['a'] },
    { inSegment: 7 },
    { flagIs: 'other' },
    { flagIs: { flag: 'other' } },
    { all: 'everything' },
    { oneOf: [] },
  ];
  for (const [index, shape] of shapes.entries()) {
    const flag = `shape-${index}`;
    fixture.flag(truthFlag(flag, shape));
    fixture.truth(`a condition of the shape ${JSON.stringify(shape)}`, { flag, context: { value: 'a' } }, 'U');
  }
  return fixture;
}

export const operatorFixtures = [
  fixtureOf(
    'equals',
    'equals and notEquals',
    equality('equals', 'notEquals', ['text', 'number', 'boolean', 'mixed', 'date', 'version']),
  ),
  fixtureOf('in', 'in and notIn', equality('in', 'notIn', ['text', 'number', 'boolean', 'mixed'])),
  fixtureOf('text-parts', 'contains, startsWith, endsWith and their not-forms', affixes),
  fixtureOf('matches', 'matches: patterns in the syntax of RE2, found anywhere', patterns),
  fixtureOf('number-order', 'lessThan, lessOrEqual, greaterThan, greaterOrEqual and between', numberOrders),
  fixtureOf('date-order', 'before and after', dateOrders),
  fixtureOf(
    'version-order',
    'semverEquals, semverLess, semverLessOrEqual, semverGreater and semverGreaterOrEqual',
    versionOrders,
  ),
  fixtureOf('version-range', 'semverInRange', versionRanges),
  fixtureOf('in-cidr', 'inCidr', networks),
  fixtureOf('ignore-case', 'ignoreCase: lower case without a locale, final sigma as sigma', [...folded, foldedPattern]),
  presence(),
  lists(),
  unusable(),
];
