// Orders of numbers and of dates.
import { fixtureOf } from './truth-table.mjs';

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

export const orderFixtures = [
  fixtureOf('number-order', 'lessThan, lessOrEqual, greaterThan, greaterOrEqual and between', numberOrders),
  fixtureOf('date-order', 'before and after', dateOrders),
];
