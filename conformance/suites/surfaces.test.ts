import { Stitchd, type AnyFlags, type StitchdClient } from '@stitchd/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { serverKey, until } from '../../services/gateway/src/backend.test-support.ts';
import type { Adapter } from '../runner/adapter.ts';
import { type FixtureEntity, readEvaluationFixtures } from '../runner/evaluation-fixture.ts';
import { runFixture } from '../runner/run-fixture.ts';
import { type FixtureGateway, startFixtureGateway } from './fixture-gateway.ts';
import { ofrepBulk, ofrepSingle } from './ofrep-adapter.ts';
import { previewAll, previewOne } from './preview-adapter.ts';
import { sdkAllFlags, sdkReads } from './sdk-adapter.ts';
import { browserValues } from './values-adapter.ts';

const fixtures = readEvaluationFixtures();
const realNow = Date.now;
/** What the clock shows; it runs on where a question does not say. */
let shown: number | undefined;
let gateway: FixtureGateway;
let client: StitchdClient<AnyFlags>;
let unready: StitchdClient<AnyFlags>;
let isReady = true;

beforeAll(async () => {
  // Before anything keeps the function: the gateway takes it as its clock when it starts.
  vi.spyOn(Date, 'now').mockImplementation(() => shown ?? realNow());
  gateway = await startFixtureGateway();
  const quiet = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
  const connect = (syncUrl: string, waitUntilReadyMs: number) =>
    Stitchd.init<AnyFlags>({ url: gateway.url, syncUrl, sdkKey: serverKey, waitUntilReadyMs, logger: quiet });
  client = await connect(`http://${gateway.grpcAddress}`, 5_000);
  unready = await connect('http://127.0.0.1:9', 0);
});

afterAll(async () => {
  shown = undefined;
  await Promise.all([client.close(), unready.close()]);
  await gateway.stop();
});

/** Asks with the clock at the time that a question names. */
function atItsTime(adapter: Adapter): Adapter {
  return {
    ...adapter,
    async evaluate(question) {
      shown = question.nowMs;
      try {
        return await adapter.evaluate(question);
      } finally {
        shown = undefined;
      }
    },
  };
}

async function loadSdk(definitions: readonly FixtureEntity[] | null): Promise<void> {
  isReady = definitions !== null;
  if (definitions === null) return;
  await gateway.load(definitions);
  await until(() => client.status().revision === gateway.revision());
}

/** Questions that can't be asked over HTTP, whatever the protocol. */
const remotely = {
  'the gateway answers nothing before its first definitions': 5,
  'targetingKey is no text': 7,
  'assignments are none': 3,
  'a name that could change a prototype': 1,
};

/** Ways to ask, and how many cases can't be asked that way, by reason. */
const surfaces: readonly (readonly [name: string, adapter: () => Adapter, notAsked: Readonly<Record<string, number>>])[] = [
  [
    'The SDK, read by read,',
    () => sdkReads(() => (isReady ? client : unready), loadSdk),
    { 'one flag is never read on behalf of a client key': 12, 'numbers are not asked for as integers': 1 },
  ],
  [
    'The SDK, all flags at once,',
    () => sdkAllFlags(() => client, loadSdk),
    { 'there are no flags before the first definitions': 5, 'no type can be asked for': 23 },
  ],
  [
    'OFREP, one flag,',
    () => ofrepSingle(gateway),
    { ...remotely, 'no type can be asked for': 23, 'an empty name has no address': 1 },
  ],
  ['OFREP, all flags,', () => ofrepBulk(gateway), { ...remotely, 'no type can be asked for': 23 }],
  [
    'The preview of one flag',
    () => previewOne(gateway),
    { ...remotely, 'no type can be asked for': 21, 'people see all flags': 12, 'no flag can have that key': 14 },
  ],
  [
    'The preview of all flags',
    () => previewAll(gateway),
    { ...remotely, 'no type can be asked for': 21, 'people see all flags': 12 },
  ],
  ['The endpoint of values for browsers', () => browserValues(gateway), { ...remotely, 'no type can be asked for': 23 }],
];

test.each(surfaces)(
  '%s answers every case that can be asked as the fixtures say',
  async (_name, adapter, expected) => {
    const differences: string[] = [];
    const notAsked: Record<string, number> = {};
    let compared = 0;
    for (const fixture of fixtures) {
      const report = await runFixture(fixture, atItsTime(adapter()));
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
