import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Segments } from '@stitchd/proto/segment/v1/segment';
import { createLogger, type Principal } from '@stitchd/service-kit';
import type { Client } from '@connectrpc/connect';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newEnvironment, refusalOf, startSegmentWorld, type SegmentWorld } from '../segmentation-service.test-support.ts';
import { listLimits } from '../limits.ts';
import { expireKeys } from './expire-keys.ts';

const settings = { syncedKeys: 20_000, listKeys: 150_000 };
let world: SegmentWorld;
beforeAll(async () => {
  // The service's own look is out of the way: here each look is called for.
  world = await startSegmentWorld({
    STITCHD_SEGMENTATION_SYNCED_KEYS: String(settings.syncedKeys),
    STITCHD_SEGMENTATION_EXPIRY_INTERVAL: '1h',
    STITCHD_INTERNAL_DEADLINE: '60s',
  });
});
afterAll(() => world.stop());

const users = (count: number) => Array.from({ length: count }, (_, index) => `user-${index}`);
const later = timestampFromMs(Date.UTC(2100, 0, 1));
const running = new AbortController().signal;

function look(signal = running): Promise<void> {
  const { database } = world;
  return expireKeys({ database, lists: settings, newId: randomUUID, log: createLogger('silent') }, signal);
}

/** Lets the time of keys pass. */
async function pass({ organisationId = '' }: Principal, keys: readonly string[]): Promise<void> {
  await world.database.inTenant(organisationId, (tx) =>
    sql`update segment.list_key set expires_at = now() - interval '1 second' where key = any(${[...keys]}::text[])`.execute(tx),
  );
}

async function auditOf({ organisationId = '' }: Principal): Promise<readonly string[]> {
  const { rows } = await world.database.inTenant(organisationId, (tx) =>
    sql<{ entry: string }>`select action || ' by ' || actor_name as entry from platform.audit order by id`.execute(tx),
  );
  return rows.map(({ entry }) => entry);
}

async function checked(segments: Client<typeof Segments>, keys: readonly string[]) {
  const questions = keys.map((contextKey) => ({ segmentKey: 'beta', contextKey }));
  return (await segments.checkMembership({ questions })).answers.map(({ outcome }) => outcome);
}

for (const [way, others, form] of [
  ['as keys', 10, 'keys'],
  ['as fingerprints', 5_000, 'shards'],
  ['by questions', 20_000, 'remote'],
] as const)
  test(`A key whose time has passed leaves a list that is told ${way}, on both sides, with a revision and an audit record`, async () => {
    const { owner, segments, replica, sync, publishFlag, serves } = await newEnvironment(world);
    await segments.createSegment({ key: 'beta', type: 'list', included: users(others), excluded: ['out-for-now'] });
    await publishFlag('beta');
    const change = (side: string, ...keys: readonly string[]) =>
      segments.changeListKeys({ key: 'beta', side, addKeys: keys.map((key) => ({ key, expiresAt: later })) });
    expect(await change('included', 'guest', 'out-for-now')).toMatchObject({ added: 2, updated: 0 });
    expect(await change('excluded', 'out-for-now')).toMatchObject({ added: 0, updated: 1 });
    await sync();
    const body = () => JSON.parse([...replica.entities()].find(({ kind }) => kind === 'segment')?.body ?? '{}');
    expect(Object.keys(body().included)).toEqual([form]);
    expect(await checked(segments, ['guest', 'out-for-now', 'user-1'])).toEqual(['member', 'not-member', 'member']);
    if (form !== 'remote') expect(['guest', 'out-for-now', 'user-1'].map((key) => serves(key))).toEqual(['in', 'out', 'in']);

    await pass(owner, ['guest']);
    // The server knows at once; what was published follows.
    expect(await checked(segments, ['guest'])).toEqual(['not-member']);
    expect((await segments.listKeys({ key: 'beta', side: 'included', page: { query: 'guest' } })).items).toEqual([]);
    const [before, version] = [replica.revision, body().membersVersion];
    await look();
    await sync();
    expect(replica.revision).toBe(before + 1n);
    if (form === 'remote') expect(body().membersVersion).not.toBe(version);
    else expect(['guest', 'out-for-now', 'user-1'].map((key) => serves(key))).toEqual(['out', 'out', 'in']);

    await pass(owner, ['out-for-now']);
    await look();
    await sync();
    expect(await segments.getSegment({ key: 'beta' })).toMatchObject({ includedCount: others, excludedCount: 0 });
    expect((await auditOf(owner)).filter((entry) => entry.startsWith('segment.expire'))).toEqual(
      ['guest', 'included', 'excluded'].map(() => 'segment.expire-keys by segmentation-service'),
    );
    await look();
    await sync();
    expect(replica.revision).toBe(before + 3n);
  });

test('Looks of several replicas at the same time publish once', async () => {
  const { owner, segments, replica, sync } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list' });
  await segments.changeListKeys({
    key: 'beta',
    side: 'included',
    addKeys: users(100).map((key) => ({ key, expiresAt: later })),
  });
  await sync();
  const before = replica.revision;
  await pass(owner, users(100));
  await Promise.all([look(), look(), look()]);
  await sync();
  expect(replica.revision).toBe(before + 1n);
  expect((await auditOf(owner)).filter((entry) => entry.startsWith('segment.expire'))).toHaveLength(1);
});

test('More keys than one transaction takes are all taken out in one look, and stopping ends it between two', async () => {
  const { owner, segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list' });
  const many = users(listLimits.expiredKeysAtOnce + 1);
  await segments.changeListKeys({ key: 'beta', side: 'included', addKeys: many.map((key) => ({ key, expiresAt: later })) });
  await pass(owner, many);
  await look(AbortSignal.abort());
  expect((await segments.getSegment({ key: 'beta' })).includedCount).toBe(many.length);
  await look();
  expect((await segments.getSegment({ key: 'beta' })).includedCount).toBe(0);
});

/** Lets so many turns begin, and is aborted then. */
function signalOf(turns: number): AbortSignal {
  const { signal } = new AbortController();
  let asked = 0;
  return Object.defineProperty(signal, 'aborted', { get: () => ++asked > turns });
}

test('A list with more keys than one turn takes keeps the list of another organisation waiting for one turn', async () => {
  const many = users(listLimits.expiredKeysAtOnce + 1);
  const lists: Client<typeof Segments>[] = [];
  for (const keys of [many, ['guest']]) {
    const { owner, segments } = await newEnvironment(world);
    await segments.createSegment({ key: 'beta', type: 'list' });
    await segments.changeListKeys({ key: 'beta', side: 'included', addKeys: keys.map((key) => ({ key, expiresAt: later })) });
    await pass(owner, keys);
    lists.push(segments);
  }
  const left = () => Promise.all(lists.map(async (one) => (await one.getSegment({ key: 'beta' })).includedCount));
  await look(signalOf(2));
  expect(await left()).toEqual([1, 0]);
  await look();
  expect(await left()).toEqual([0, 0]);
});

test('A key that comes again before it was taken out stays, and one that is added without a time stays for good', async () => {
  const { owner, segments, sync, publishFlag, serves } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list' });
  await publishFlag('beta');
  const add = (expiresAt?: typeof later) =>
    segments.changeListKeys({ key: 'beta', side: 'included', addKeys: [{ key: 'a', ...(expiresAt && { expiresAt }) }] });
  await add(later);
  await pass(owner, ['a']);
  expect(await add(later)).toMatchObject({ added: 0, updated: 1 });
  expect(await add(later)).toMatchObject({ added: 0, updated: 0 });
  const listed = await segments.listKeys({ key: 'beta', side: 'included' });
  expect([listed.items, listed.expiresAt['a']?.seconds]).toEqual([['a'], later.seconds]);
  expect(await add()).toMatchObject({ added: 0, updated: 1, segment: { includedCount: 1 } });
  expect((await segments.listKeys({ key: 'beta', side: 'included' })).expiresAt).toEqual({});
  await look();
  await sync();
  expect(serves('a')).toBe('in');
});

test('A time that is past or none is refused with the place of its key, and of a key that is given twice the last time counts', async () => {
  const { segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list' });
  const times = [later, timestampFromMs(Date.now() - 1), { seconds: 10n ** 15n, nanos: 0 }];
  const addKeys = times.map((expiresAt, index) => ({ key: `k-${index}`, expiresAt }));
  const refused = await refusalOf(segments.changeListKeys({ key: 'beta', side: 'included', add: ['x', ''], addKeys }));
  expect(refused).toMatchObject({
    code: 'VALIDATION_FAILED',
    errors: [{ path: '/add/1' }, { path: '/add/3/expiresAt', message: 'must be in the future' }, { path: '/add/4/expiresAt' }],
  });
  const twice = [{ key: 'a', expiresAt: later }, { key: 'a' }];
  expect(await segments.changeListKeys({ key: 'beta', side: 'included', addKeys: twice })).toMatchObject({ added: 1 });
  expect((await segments.listKeys({ key: 'beta', side: 'included' })).expiresAt).toEqual({});
});

test('A list that is deleted with keys that would expire leaves nothing behind', async () => {
  const { owner, segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list' });
  await segments.changeListKeys({ key: 'beta', side: 'included', addKeys: [{ key: 'a', expiresAt: later }] });
  await pass(owner, ['a']);
  await segments.deleteSegment({ key: 'beta', ifVersion: 2 });
  await look();
  expect(await auditOf(owner)).toHaveLength(3);
});
