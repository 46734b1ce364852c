import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDateTime } from './date-time.ts';
import { parseNetwork, inCidr } from './in-cidr.ts';
import { type IpWords, readIpAddress } from './ip-address.ts';
import { compilePattern, maxPatternLength } from './matches.ts';
import { match } from './matcher.ts';
import { compareVersions, parseVersion } from './version.ts';
import { parseVersionRange, semverInRange } from './version-range.ts';

test('Any moment that the platform writes is read as it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(0, 0) - 1_899 * 31_556_952_000, max: Date.UTC(9999, 11, 31) }), (ms) => {
      const text = new Date(ms).toISOString();
      if (text.length === 24) expect(parseDateTime(text)).toBe(ms);
    }),
    { seed: 1, numRuns: 2_000 },
  );
});

test.each([
  ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ['2026-01-02t03:04:05z', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ['2026-01-02 03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ['2026-01-02T03:04:05+05:30', Date.UTC(2026, 0, 1, 21, 34, 5)],
  ['2026-01-02T03:04:05-08:00', Date.UTC(2026, 0, 2, 11, 4, 5)],
  ['2026-01-02T03:04:05.6Z', Date.UTC(2026, 0, 2, 3, 4, 5, 600)],
  ['2026-01-02T03:04:05.678999999Z', Date.UTC(2026, 0, 2, 3, 4, 5, 678)],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
  ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ['0001-01-01T00:00:00Z', -62_135_596_800_000],
])('%s is a moment', (text, expected) => {
  expect(parseDateTime(text)).toBe(expected);
});

test.each([
  '',
  '2026-01-02',
  '2026-01-02T03:04Z',
  '2026-01-02T03:04:05',
  '2026-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-01-32T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:61Z',
  '2026-01-01T00:00:00.Z',
  '2026-01-01T00:00:00+24:00',
  '2026-01-01T00:00:00+0100',
  '2026-01-01T00:00:00Z ',
  '20260101T000000Z',
  '2026-01-01T00:00:00 Z',
])('%s is no moment', (text) => {
  expect(parseDateTime(text)).toBeNaN();
});

test('Versions are ordered as semver.org says in §11', () => {
  const ordered = [
    '0.0.0-0',
    '0.0.1',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.2',
    '1.10.0',
    'v2',
    '10.0.0',
  ];
  const versions = ordered.map((text) => parseVersion(text));
  for (const [i, a] of versions.entries()) {
    for (const [j, b] of versions.entries()) {
      if (a === undefined || b === undefined) throw new Error('every one is a version');
      expect(Math.sign(compareVersions(a, b)), `${ordered[i]} and ${ordered[j]}`).toBe(Math.sign(i - j));
    }
  }
});

test.each([
  '',
  'v',
  '1.',
  '1.2.',
  '1.2.3.',
  '1.2.3.4',
  '01.2.3',
  '1.02.3',
  '1.2.3-',
  '1.2.3-01',
  '1.2.3-a..b',
  '1.2.3+',
  '1.2.3-ä',
  ' 1.2.3',
  '1.2.3 ',
  'V1.2.3',
  'vv1',
  '1.x',
  '-1.2.3',
  '1234567890123456.0.0',
])('%j is no version', (text) => {
  expect(parseVersion(text)).toBeUndefined();
});

test('Build metadata is ignored, and a pre-release may follow a missing patch', () => {
  expect(parseVersion('1.2.3+05.x')).toMatchObject({ patch: 3, preRelease: '' });
  expect(parseVersion('1.2-rc.1')).toMatchObject({ minor: 2, patch: 0, preRelease: 'rc.1' });
  expect(parseVersion('1.2.3-0a')).toMatchObject({ preRelease: '0a' });
});

const ranges: readonly (readonly [range: string, inside: readonly string[], outside: readonly string[]])[] = [
  ['1.2.3', ['1.2.3', 'v1.2.3', '1.2.3+b'], ['1.2.4', '1.2.3-rc']],
  ['=1.2', ['1.2.0', '1.2.9'], ['1.3.0', '1.1.9', '1.3.0-rc']],
  ['1', ['1.0.0', '1.99.99'], ['2.0.0', '2.0.0-rc', '0.9.9']],
  ['*', ['0.0.0', '99.0.0', '1.0.0-rc'], []],
  ['1.x', ['1.0.0', '1.9.0'], ['2.0.0']],
  ['1.2.x', ['1.2.0', '1.2.9'], ['1.3.0']],
  ['>1.2', ['1.3.0'], ['1.2.0', '1.2.9']],
  ['>1.2.3', ['1.2.4', '2.0.0'], ['1.2.3']],
  ['>=1.2.0 <2.0.0', ['1.2.0', '1.9.9', '2.0.0-rc'], ['2.0.0', '1.1.9']],
  ['>= 1.2.0  < 2', ['1.5.0'], ['2.0.0']],
  ['<=1.2', ['1.2.9', '0.1.0'], ['1.3.0', '1.3.0-rc']],
  ['<=1.2.3', ['1.2.3'], ['1.2.4']],
  ['^1.2.3', ['1.2.3', '1.9.0'], ['2.0.0', '2.0.0-rc', '1.2.2']],
  ['^0.2.3', ['0.2.3', '0.2.9'], ['0.3.0', '0.2.2']],
  ['^0.0.3', ['0.0.3'], ['0.0.4']],
  ['^0', ['0.5.0'], ['1.0.0']],
  ['^0.0', ['0.0.7'], ['0.1.0']],
  ['~1.2.3', ['1.2.3', '1.2.9'], ['1.3.0', '1.2.2']],
  ['~1', ['1.9.0'], ['2.0.0']],
  ['1.2 - 1.4', ['1.2.0', '1.4.9'], ['1.5.0', '1.1.9']],
  ['1.0.0 || ^3.0.0', ['1.0.0', '3.5.0'], ['2.0.0', '1.0.1']],
];

test.each(ranges)('The range %s', (range, inside, outside) => {
  const matcher = semverInRange({ values: [range], ignoreCase: false });
  for (const version of inside) expect(matcher?.(version), version).toBe(match);
  for (const version of outside) expect(matcher?.(version), version).not.toBe(match);
});

test.each(['', ' ', '>=', '1.2.3 ||', 'latest', '>>1', '^^1', '1.2.3 - ', '>x1', '1..2', 'x.1'])('%j is no range', (text) => {
  expect(parseVersionRange(text)).toBeUndefined();
});

function words(text: string): readonly number[] | undefined {
  const into: IpWords = [0, 0, 0, 0];
  return readIpAddress(text, into) ? into : undefined;
}

test.each([
  ['1.2.3.4', [0, 0, 0xffff, 0x01020304]],
  ['255.255.255.255', [0, 0, 0xffff, 0xffffffff]],
  ['::', [0, 0, 0, 0]],
  ['::1', [0, 0, 0, 1]],
  ['1::', [0x00010000, 0, 0, 0]],
  ['2001:db8::ff00:42:8329', [0x20010db8, 0, 0x0000ff00, 0x00428329]],
  ['2001:0DB8:0000:0000:0000:ff00:0042:8329', [0x20010db8, 0, 0x0000ff00, 0x00428329]],
  ['1:2:3:4:5:6:7:8', [0x00010002, 0x00030004, 0x00050006, 0x00070008]],
  ['1:2:3:4:5:6:7::', [0x00010002, 0x00030004, 0x00050006, 0x00070000]],
  ['::ffff:1.2.3.4', [0, 0, 0xffff, 0x01020304]],
  ['1:2:3:4:5:6:1.2.3.4', [0x00010002, 0x00030004, 0x00050006, 0x01020304]],
])('%s is an address', (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test.each([
  '',
  '1',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.',
  '1.2.3.4 ',
  ':',
  ':::',
  '1:2',
  '1:::2',
  '1::2::3',
  '12345::',
  'g::',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '1:2:3:4:5:6:7:',
  ':1:2:3:4:5:6:7',
  '::1.2.3',
  '1:2:3:4:5:6:7:1.2.3.4',
  'fe80::1%eth0',
  '[::1]',
  '1.2.3.4:80',
])('%j is no address', (text) => {
  expect(words(text)).toBeUndefined();
});

test.each([
  ['10.0.0.0/8', '10.255.255.255', '11.0.0.0'],
  ['10.1.2.3/8', '10.9.9.9', '9.255.255.255'],
  ['192.168.1.7', '192.168.1.7', '192.168.1.8'],
  ['0.0.0.0/0', '255.1.2.3', '::1'],
  ['192.168.0.0/31', '192.168.0.1', '192.168.0.2'],
  ['2001:db8::/33', '2001:db8:7fff::1', '2001:db8:8000::1'],
  ['::/0', '1.2.3.4', 'nonsense'],
  ['::1/128', '::1', '::2'],
])('The network %s has %s and not %s', (network, inside, outside) => {
  const matcher = inCidr({ values: [network], ignoreCase: false });
  expect(matcher?.(inside)).toBe(match);
  expect(matcher?.(outside)).not.toBe(match);
});

test.each(['', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/08', '10.0.0/8', 'a/8'])(
  '%j is no network',
  (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  },
);

test('A pattern of 1,000 characters compiles and one of 1,001 is refused', () => {
  expect(compilePattern('a'.repeat(maxPatternLength), false)).toBeDefined();
  expect(compilePattern('a'.repeat(maxPatternLength + 1), false)).toBeUndefined();
});

test('A pattern that ruins backtracking engines is matched in linear time', () => {
  const matcher = compilePattern('(a+)+$', false);
  expect(matcher?.matcher(`${'a'.repeat(5_000)}b`).find()).toBe(false);
});
