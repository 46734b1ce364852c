import { requiredMemberships } from '@stitchd/core';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listLimits, maxMembershipQuestions } from './limits.ts';
import { newEnvironment, refusalOf, startSegmentWorld, type SegmentWorld } from './segmentation-service.test-support.ts';

let world: SegmentWorld;
beforeAll(async () => {
  world = await startSegmentWorld({
    STITCHD_SEGMENTATION_SYNCED_KEYS: '20000',
    STITCHD_SEGMENTATION_LIST_KEYS: '150000',
    // A loaded machine may take its time over 100,000 keys; what is proved here is not how fast it is.
    STITCHD_INTERNAL_DEADLINE: '60s',
  });
});
afterAll(() => world.stop());

const users = (count: number, first = 0) => Array.from({ length: count }, (_, index) => `user-${first + index}`);

test('A short list travels as it is, and excluded wins over included', async () => {
  const { segments, replica, sync, publishFlag, serves } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', included: ['b', 'a', 'ü'], excluded: ['b'] });
  await publishFlag('beta');
  await sync();
  const body = [...replica.entities()].find(({ kind }) => kind === 'segment')?.body ?? '';
  expect(JSON.parse(body)).toEqual({
    key: 'beta',
    type: 'list',
    contextKind: 'user',
    included: { keys: ['a', 'b', 'ü'] },
    excluded: { keys: ['b'] },
  });
  expect(['a', 'b', 'ü', 'c'].map((key) => serves(key))).toEqual(['in', 'out', 'in', 'out']);
});

test('Adding and removing keys is idempotent and tells what it changed', async () => {
  const { segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list' });
  const change = (add: readonly string[], remove: readonly string[] = []) =>
    segments.changeListKeys({ key: 'beta', side: 'excluded', add: [...add], remove: [...remove] });
  expect(await change(['a', 'b', 'b'])).toMatchObject({ added: 2, removed: 0, segment: { excludedCount: 2, version: 2 } });
  expect(await change(['a', 'b'])).toMatchObject({ added: 0, removed: 0, segment: { excludedCount: 2, version: 2 } });
  expect(await change(['c'], ['a', 'x'])).toMatchObject({
    added: 1,
    removed: 1,
    segment: { excludedCount: 2, includedCount: 0 },
  });
  const refused = await refusalOf(change(['d'], ['d']));
  expect(refused).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ path: '/remove/0' }] });
});

test('A list of 4,097 keys is cut into shards, answers the same, and a change of one key sends one shard', async () => {
  const { segments, replica, sync, publishFlag, serves } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', included: users(4_096) });
  await publishFlag('beta');
  await sync();
  expect([...replica.entities()].filter(({ kind }) => kind === 'list-shard')).toEqual([]);

  await segments.changeListKeys({ key: 'beta', side: 'included', add: ['one-more'] });
  await sync();
  expect([...replica.entities()].filter(({ kind }) => kind === 'list-shard')).toHaveLength(2);
  const everybody = [...users(4_096), 'one-more'];
  expect(everybody.filter((key) => serves(key) !== 'in')).toEqual([]);
  expect(users(4_096, 4_096).filter((key) => serves(key) !== 'out')).toEqual([]);

  await segments.changeListKeys({ key: 'beta', side: 'included', remove: ['user-7'], add: [] });
  const { entities, removed } = await sync();
  expect([entities.map(({ kind }) => kind), removed]).toEqual([['segment'], [expect.anything(), expect.anything()]]);
  expect([serves('user-7'), serves('user-8')]).toEqual(['out', 'in']);

  await segments.changeListKeys({ key: 'beta', side: 'included', add: users(1_000, 10_000) });
  await sync();
  await segments.changeListKeys({ key: 'beta', side: 'included', remove: ['user-8'] });
  const small = await sync();
  expect(small.entities.map(({ kind }) => kind)).toEqual(['list-shard']);
  expect([serves('user-8'), serves('user-9'), serves('user-10500')]).toEqual(['out', 'in', 'in']);
  await segments.changeListKeys({ key: 'beta', side: 'included', add: ['fresh', 'user-9'], remove: ['user-10500'] });
  expect((await sync()).entities.every(({ kind }) => kind === 'list-shard')).toBe(true);
  expect([serves('fresh'), serves('user-9'), serves('user-10500')]).toEqual(['in', 'in', 'out']);
  const members = [...users(4_096), 'one-more', ...users(1_000, 10_000), 'fresh'];
  const gone = new Set(['user-7', 'user-8', 'user-10500']);
  expect(members.filter((key) => serves(key) !== (gone.has(key) ? 'out' : 'in'))).toEqual([]);
});

test('A list that grows is cut anew, one that is cleared comes back inline, and both sides are cut by themselves', async () => {
  const { segments, replica, sync, publishFlag, serves } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', included: users(5_000), excluded: users(10) });
  await publishFlag('beta');
  const shards = () => [...replica.entities()].filter(({ kind }) => kind === 'list-shard').length;
  await sync();
  expect(shards()).toBe(2);
  await segments.changeListKeys({ key: 'beta', side: 'included', add: users(10_000, 5_000) });
  await segments.changeListKeys({ key: 'beta', side: 'excluded', add: users(6_000) });
  await sync();
  expect(shards()).toBe(4 + 2);
  expect(users(15_000).filter((key) => serves(key) !== 'in')).toEqual(users(6_000));
  await segments.changeListKeys({ key: 'beta', side: 'included', remove: users(15_000) });
  await sync();
  expect(shards()).toBe(2);
  expect(users(15_000).filter((key) => serves(key) !== 'out')).toEqual([]);
});

test('Beyond what is synced a list stays on the server: SDKs say that they do not know, and ask', async () => {
  const { segments, replica, sync, publishFlag } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', included: users(20_000) });
  await publishFlag('beta');
  await sync();
  const asked = (key: string) => (replica.compiled ? requiredMemberships(replica.compiled, 'asks', { targetingKey: key }) : []);
  expect(asked('user-1')).toEqual([]);
  await segments.changeListKeys({ key: 'beta', side: 'included', add: ['one-more'] });
  await sync();
  expect([...replica.entities()].filter(({ kind }) => kind === 'list-shard')).toEqual([]);
  expect(asked('user-1')).toEqual([{ segment: 'beta', contextKind: 'user', key: 'user-1' }]);
});

test('A list that grants access never travels as fingerprints', async () => {
  const { segments, replica, sync } = await newEnvironment(world);
  const bodyOf = () => JSON.parse([...replica.entities()].find(({ kind }) => kind === 'segment')?.body ?? '{}');
  await segments.createSegment({ key: 'staff', type: 'list', exact: true, included: users(4_096) });
  await sync();
  expect(bodyOf()).toMatchObject({ exact: true, included: { keys: expect.anything() } });
  await segments.changeListKeys({ key: 'staff', side: 'included', add: ['one-more'] });
  await sync();
  expect(bodyOf()).toMatchObject({ exact: true, included: { remote: true }, excluded: { keys: [] } });
});

test('100,000 keys are taken in one call and one more is not, a list has its most, and what is refused changes nothing', async () => {
  const { segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list' });
  const change = (add: string[]) => segments.changeListKeys({ key: 'beta', side: 'included', add });
  const tooMany = await refusalOf(change(users(listLimits.keysPerCall + 1)));
  expect(tooMany).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ path: '/add' }] });
  expect((await change(users(listLimits.keysPerCall))).added).toBe(listLimits.keysPerCall);
  expect((await change(users(50_000, 100_000))).segment?.includedCount).toBe(150_000);
  expect(await refusalOf(change(['one-more']))).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ path: '/included' }] });
  expect((await segments.getSegment({ key: 'beta' })).includedCount).toBe(150_000);
});

test('A key of 1,024 bytes is taken and a longer one is not', async () => {
  const { segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', included: ['k'.repeat(1_024), 'ä'.repeat(512)] });
  const refusal = await refusalOf(
    segments.changeListKeys({ key: 'beta', side: 'included', add: ['ok', 'k'.repeat(1_025), `${'ä'.repeat(512)}k`] }),
  );
  expect(refusal.errors.map(({ path }) => path)).toEqual(['/add/1', '/add/2']);
  const many = await refusalOf(segments.changeListKeys({ key: 'beta', side: 'left', add: Array.from({ length: 30 }, () => '') }));
  expect(many.errors).toHaveLength(1 + 20 + 1);
});

test('Keys are paged in code-point order, from what they begin with', async () => {
  const { segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', included: ['b', 'a1', 'a', 'a2', 'B', '%', 'ab'] });
  const page = (request: object) => segments.listKeys({ key: 'beta', side: 'included', page: request });
  const first = await page({ limit: 3 });
  expect(first.items).toEqual(['%', 'B', 'a']);
  const second = await page({ limit: 4, cursor: first.nextCursor });
  expect([second.items, second.nextCursor]).toEqual([['a1', 'a2', 'ab', 'b'], '']);
  expect((await page({ query: 'a' })).items).toEqual(['a', 'a1', 'a2', 'ab']);
  expect((await page({ query: '%' })).items).toEqual(['%']);
  expect((await refusalOf(page({ cursor: 'x' }))).code).toBe('VALIDATION_FAILED');
  expect((await refusalOf(segments.listKeys({ key: 'beta', side: 'both' }))).code).toBe('VALIDATION_FAILED');
});

test('Keys belong to lists: a rule segment neither takes nor shows any', async () => {
  const { segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'rule', type: 'rule', when: { all: [] } });
  expect((await refusalOf(segments.changeListKeys({ key: 'rule', side: 'included', add: ['a'] }))).code).toBe('INVALID_STATE');
  expect((await refusalOf(segments.listKeys({ key: 'rule', side: 'included' }))).code).toBe('INVALID_STATE');
});

test('Memberships are answered in the order of the questions, 1,000 at once and no more', async () => {
  const { segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', included: ['a', 'b'], excluded: ['b'] });
  await segments.createSegment({ key: 'rule', type: 'rule', when: { all: [] } });
  const asked = [
    ['beta', 'a', 'member'],
    ['beta', 'b', 'not-member'],
    ['beta', 'c', 'not-member'],
    ['beta', '', 'not-member'],
    ['beta', '\0', 'not-member'],
    ['nowhere', 'a', 'unknown-segment'],
    ['rule', 'a', 'unknown-segment'],
    ['\0', 'a', 'unknown-segment'],
  ] as const;
  const questions = asked.map(([segmentKey, contextKey]) => ({ segmentKey, contextKey }));
  const { answers } = await segments.checkMembership({ questions });
  expect(answers.map(({ segmentKey, contextKey, outcome }) => [segmentKey, contextKey, outcome])).toEqual(asked);
  const many = (count: number) => ({ questions: users(count).map((contextKey) => ({ segmentKey: 'beta', contextKey })) });
  expect((await segments.checkMembership(many(maxMembershipQuestions))).answers).toHaveLength(maxMembershipQuestions);
  expect((await refusalOf(segments.checkMembership(many(maxMembershipQuestions + 1)))).code).toBe('VALIDATION_FAILED');
  expect((await segments.checkMembership({})).answers).toEqual([]);
});

test('A change that is repeated with its idempotency key is answered again and done once, and otherwise changes nothing', async () => {
  const { owner, segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list' });
  const once = world.services.as(owner, Segments, 'key-1');
  const change = { key: 'beta', side: 'included', add: ['a', 'b'] };
  const first = await once.changeListKeys(change);
  await segments.changeListKeys({ key: 'beta', side: 'included', add: [], remove: ['a'] });
  expect(await once.changeListKeys(change)).toEqual(first);
  expect((await segments.getSegment({ key: 'beta' })).includedCount).toBe(1);
  expect((await refusalOf(once.changeListKeys({ ...change, add: ['c'] }))).code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('A repeated change publishes nothing, not even of a list that stays on the server', async () => {
  const { segments, replica, sync } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', included: users(20_001) });
  await sync();
  const versionOf = () =>
    JSON.parse([...replica.entities()].find(({ kind }) => kind === 'segment')?.body ?? '{}').membersVersion as number;
  const [revision, version] = [replica.revision, versionOf()];
  await segments.changeListKeys({ key: 'beta', side: 'included', add: ['user-1'], remove: ['nobody'] });
  await sync();
  expect([replica.revision, versionOf()]).toEqual([revision, version]);
  await segments.changeListKeys({ key: 'beta', side: 'included', add: ['one-more'] });
  await sync();
  expect(versionOf()).toBeGreaterThan(version);
});

test('Names of segments change without telling SDKs that members did', async () => {
  const { segments, replica, sync } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', exact: true, included: users(5_000) });
  await sync();
  const before = replica.revision;
  await segments.updateSegment({ key: 'beta', name: 'Another', ifVersion: 1 });
  await sync();
  expect(replica.revision).toBe(before);
});
