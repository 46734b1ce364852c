import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvaluationFixtures } from '../runner/evaluation-fixture.ts';
import { runFixture } from '../runner/run-fixture.ts';
import { startSurfaces, type Surfaces } from './surfaces.ts';

const fixtures = readEvaluationFixtures();
let surfaces: Surfaces;

beforeAll(async () => void (surfaces = await startSurfaces()));
afterAll(() => surfaces.stop());

/** Questions that can't be asked over HTTP, whatever the protocol. */
const remotely = {
  'the gateway answers nothing before its first definitions': 5,
  'targetingKey is no text': 7,
  'assignments are none': 3,
  'a name that could change a prototype': 1,
};

/** Questions that can't be asked in a page. */
const inPages = {
  'pages see visible flags only': 2,
  'pages do not know of archived flags': 1,
  'numbers are not asked for as integers': 1,
};

type Way = keyof Surfaces['adapters'];

/** Ways to ask, and how many cases can't be asked that way, by reason. */
const ways: readonly (readonly [name: string, way: Way, notAsked: Readonly<Record<string, number>>])[] = [
  [
    'The SDK, read by read,',
    'sdkReads',
    { 'one flag is never read on behalf of a client key': 12, 'numbers are not asked for as integers': 1 },
  ],
  [
    'The SDK, all flags at once,',
    'sdkAllFlags',
    { 'there are no flags before the first definitions': 5, 'no type can be asked for': 23 },
  ],
  ['OFREP, one flag,', 'ofrepSingle', { ...remotely, 'no type can be asked for': 23, 'an empty name has no address': 1 }],
  ['OFREP, all flags,', 'ofrepBulk', { ...remotely, 'no type can be asked for': 23 }],
  [
    'The preview of one flag',
    'previewOne',
    { ...remotely, 'no type can be asked for': 21, 'people see all flags': 12, 'no flag can have that key': 14 },
  ],
  ['The preview of all flags', 'previewAll', { ...remotely, 'no type can be asked for': 21, 'people see all flags': 12 }],
  ['The endpoint of values for browsers', 'browserValues', { ...remotely, 'no type can be asked for': 23 }],
  [
    'The SDK without a server',
    'sdkOffline',
    { 'one flag is never read on behalf of a client key': 12, 'numbers are not asked for as integers': 1 },
  ],
  ['The SDK for browsers, from a server SDK,', 'webFromServer', inPages],
  [
    'The SDK for browsers, from the gateway,',
    'webFromGateway',
    { ...inPages, 'targetingKey is no text': 7, 'assignments are none': 3, 'a name that could change a prototype': 1 },
  ],
];

test.each(ways)(
  '%s answers every case that can be asked as the fixtures say',
  async (_name, way, expected) => {
    const differences: string[] = [];
    const notAsked: Record<string, number> = {};
    let compared = 0;
    for (const fixture of fixtures) {
      const report = await runFixture(fixture, surfaces.adapters[way]);
      differences.push(...report.differences);
      compared += report.compared;
      for (const [why, ids] of Object.entries(report.notAsked)) notAsked[why] = (notAsked[why] ?? 0) + ids.length;
    }
    expect(differences).toEqual([]);
    expect(notAsked).toEqual(expected);
    const total = fixtures.reduce((sum, { cases }) => sum + cases.length, 0);
    expect(compared).toBe(total - Object.values(notAsked).reduce((sum, count) => sum + count, 0));
  },
  120_000,
);
