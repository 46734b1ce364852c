// Versions, their ranges, and networks: text of which not every text is one.
import { fixtureOf } from './truth-table.mjs';

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

export const versionFixtures = [
  fixtureOf(
    'version-order',
    'semverEquals, semverLess, semverLessOrEqual, semverGreater and semverGreaterOrEqual',
    versionOrders,
  ),
  fixtureOf('version-range', 'semverInRange', versionRanges),
  fixtureOf('in-cidr', 'inCidr', networks),
];
