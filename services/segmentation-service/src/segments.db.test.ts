import { sql } from 'kysely';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { segmentLimits } from './limits.ts';
import { newEnvironment, refusalOf, startSegmentWorld, type SegmentWorld } from './segmentation-service.test-support.ts';

let world: SegmentWorld;
beforeAll(async () => {
  world = await startSegmentWorld();
});
afterAll(() => world.stop());

const pro = { attribute: 'plan', op: 'equals', values: ['pro'] };

test('A rule segment is published to SDKs, and a change of its condition follows', async () => {
  const { segments, replica, sync } = await newEnvironment(world);
  const created = await segments.createSegment({ key: 'beta', type: 'rule', when: pro });
  expect(created).toMatchObject({ name: 'beta', type: 'rule', when: pro, contextKind: '', version: 1, usedBy: [] });
  await sync();
  const bodies = () => [...replica.entities()].map(({ kind, id, body }) => [kind, id, JSON.parse(body)]);
  expect(bodies()).toEqual([['segment', created.id, { key: 'beta', type: 'rule', when: pro }]]);
  const not = { not: pro };
  await segments.updateSegment({ key: 'beta', when: not, ifVersion: 1 });
  await sync();
  expect(bodies()).toEqual([['segment', created.id, { key: 'beta', type: 'rule', when: not }]]);
});

test('Everything that is wrong with a segment is named with its path', async () => {
  const { segments } = await newEnvironment(world);
  const pathsOf = async (request: Parameters<typeof segments.createSegment>[0]) => {
    const { code, errors } = await refusalOf(segments.createSegment(request));
    expect(code).toBe('VALIDATION_FAILED');
    return errors.map(({ path }) => path);
  };
  expect(await pathsOf({ key: 'A B', type: 'set', name: 'n'.repeat(segmentLimits.nameLength + 1) })).toEqual([
    '/key',
    '/name',
    '/type',
  ]);
  expect(await pathsOf({ key: 'a', type: 'rule' })).toEqual(['/when']);
  expect(await pathsOf({ key: 'a', type: 'rule', when: { all: [{ attribute: 'a', op: 'is' }] } })).toEqual(['/when/all/0/op']);
  expect(await pathsOf({ key: 'a', type: 'rule', when: { ...pro, values: ['\0'] } })).toEqual(['/when/values/0']);
  expect(await pathsOf({ key: 'a', type: 'rule', when: pro, exact: true, included: ['u'] })).toEqual(['/exact', '/included']);
  expect(await pathsOf({ key: 'a', type: 'list', when: pro, included: ['', 'a\0'] })).toEqual([
    '/when',
    '/included/0',
    '/included/1',
  ]);
  expect(await pathsOf({ key: 'a', type: 'rule', when: { inSegment: 'nowhere' } })).toEqual(['/when/inSegment']);
  await segments.createSegment({ key: 'a', type: 'rule', when: pro, name: 'n'.repeat(segmentLimits.nameLength) });
});

test('A cycle of segments is refused over any number of them, and the way round is told', async () => {
  const { segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'a', type: 'rule', when: pro });
  await segments.createSegment({ key: 'b', type: 'rule', when: { any: [{ inSegment: 'a' }] } });
  await segments.createSegment({ key: 'c', type: 'rule', when: { not: { inSegment: 'b' } } });
  const refusal = await refusalOf(segments.updateSegment({ key: 'a', when: { all: [{ inSegment: 'c' }] }, ifVersion: 1 }));
  expect(refusal).toMatchObject({ code: 'SEGMENT_CYCLE', errors: [{ path: '/when/all/0/inSegment' }] });
  expect(refusal.detail).toContain('a → c → b → a');
  expect((await refusalOf(segments.updateSegment({ key: 'a', when: { inSegment: 'a' }, ifVersion: 1 }))).code).toBe(
    'SEGMENT_CYCLE',
  );
});

test('A segment that is referred to can not be deleted, and says who refers to it', async () => {
  const { segments, replica, sync, publishFlag } = await newEnvironment(world);
  await segments.createSegment({ key: 'inner', type: 'list', included: ['u-1'] });
  await segments.createSegment({ key: 'outer', type: 'rule', when: { inSegment: 'inner' } });
  await publishFlag('inner');
  expect((await segments.getSegment({ key: 'inner' })).usedBy).toEqual(['flag:asks', 'segment:outer']);
  expect((await segments.listSegments({})).items.map(({ usedBy }) => usedBy)).toEqual([['flag:asks', 'segment:outer'], []]);
  const refusal = await refusalOf(segments.deleteSegment({ key: 'inner', ifVersion: 1 }));
  expect(refusal.code).toBe('IN_USE');
  expect(refusal.errors.map(({ message }) => message)).toEqual(['flag asks refers to it', 'segment outer refers to it']);

  await sync();
  await segments.deleteSegment({ key: 'outer', ifVersion: 1 });
  await publishFlag('elsewhere');
  await segments.deleteSegment({ key: 'inner', ifVersion: 1 });
  await sync();
  expect([...replica.entities()].map(({ kind }) => kind)).toEqual(['flag']);
  expect((await refusalOf(segments.getSegment({ key: 'inner' }))).code).toBe('NOT_FOUND');
  await segments.createSegment({ key: 'inner', type: 'list' });
  expect((await segments.listKeys({ key: 'inner', side: 'included' })).items).toEqual([]);
});

test('A write without a version or with a stale one is refused, and the stale one is shown the current state', async () => {
  const { segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'rule', when: pro });
  expect((await refusalOf(segments.updateSegment({ key: 'beta', name: 'x' }))).code).toBe('PRECONDITION_REQUIRED');
  expect(await segments.updateSegment({ key: 'beta', name: 'Beta', ifVersion: 1 })).toMatchObject({ version: 2, when: pro });
  const stale = await refusalOf(segments.deleteSegment({ key: 'beta', ifVersion: 1 }));
  expect(stale.code).toBe('VERSION_MISMATCH');
  expect(JSON.parse(stale.currentJson)).toMatchObject({ key: 'beta', name: 'Beta', version: 2 });
});

test('A creation that is repeated with its idempotency key is answered again and done once', async () => {
  const { owner, segments } = await newEnvironment(world);
  const once = world.services.as(owner, Segments, 'once');
  const request = { key: 'beta', type: 'list', included: ['u-1'] };
  const first = await once.createSegment(request);
  expect(await once.createSegment(request)).toEqual(first);
  expect((await refusalOf(once.createSegment({ ...request, included: [] }))).code).toBe('IDEMPOTENCY_KEY_REUSED');
  expect((await refusalOf(segments.createSegment(request))).code).toBe('ALREADY_EXISTS');
});

test('A list of segments is paged by key and filtered by type and text', async () => {
  const { segments } = await newEnvironment(world);
  for (const key of ['d', 'b', 'a', 'c'])
    await segments.createSegment({
      key,
      type: key < 'c' ? 'list' : 'rule',
      name: `Segment ${key}`,
      ...(key >= 'c' && { when: pro }),
    });
  const first = await segments.listSegments({ page: { limit: 3 } });
  expect([first.items.map(({ key }) => key), first.total]).toEqual([['a', 'b', 'c'], 4]);
  const second = await segments.listSegments({ page: { limit: 3, cursor: first.nextCursor } });
  expect([second.items.map(({ key }) => key), second.nextCursor]).toEqual([['d'], '']);
  expect((await segments.listSegments({ type: 'rule' })).items.map(({ key }) => key)).toEqual(['c', 'd']);
  expect((await segments.listSegments({ page: { query: 'MENT B' } })).items.map(({ key }) => key)).toEqual(['b']);
  for (const request of [{ type: 'set' }, { page: { cursor: 'x' } }, { page: { query: '\0' } }])
    expect((await refusalOf(segments.listSegments(request))).code).toBe('VALIDATION_FAILED');
});

test('Another organisation neither sees, changes nor asks a segment, whatever ids its principal names', async () => {
  const { owner, segments } = await newEnvironment(world);
  const other = await newEnvironment(world);
  await segments.createSegment({ key: 'mine', type: 'list', included: ['u-1'] });
  const intruder = world.services.as({ ...owner, organisationId: other.owner.organisationId ?? '' }, Segments);
  expect((await intruder.listSegments({})).items).toEqual([]);
  for (const call of [
    () => intruder.getSegment({ key: 'mine' }),
    () => intruder.updateSegment({ key: 'mine', name: 'theirs', ifVersion: 1 }),
    () => intruder.deleteSegment({ key: 'mine', ifVersion: 1 }),
    () => intruder.changeListKeys({ key: 'mine', side: 'included', add: ['u-2'] }),
    () => intruder.listKeys({ key: 'mine', side: 'included' }),
    () => intruder.createSegment({ key: 'theirs', type: 'list' }),
  ])
    expect((await refusalOf(call())).code).toBe('NOT_FOUND');
  const { answers } = await intruder.checkMembership({ questions: [{ segmentKey: 'mine', contextKey: 'u-1' }] });
  expect(answers.map(({ outcome }) => outcome)).toEqual(['unknown-segment']);
  expect((await segments.listSegments({})).total).toBe(1);
});

test('Every change is in the audit log with before and after, and keys of people are not', async () => {
  const { owner, segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', included: ['secret-1'] });
  await segments.changeListKeys({ key: 'beta', side: 'included', add: ['secret-2'], remove: ['secret-1'] });
  await segments.changeListKeys({ key: 'beta', side: 'included', add: ['secret-2'] });
  await segments.deleteSegment({ key: 'beta', ifVersion: 2 });
  const { rows } = await world.database.inTenant(owner.organisationId ?? '', (tx) =>
    sql<{ action: string; text: string }>`
      select action, concat(before, after) as text from platform.audit order by id`.execute(tx),
  );
  expect(rows.map(({ action }) => action)).toEqual(['segment.create', 'segment.change-keys', 'segment.delete']);
  expect(rows.some(({ text }) => text.includes('secret'))).toBe(false);
});

test('A viewer reads and does not write, and an SDK asks for memberships only', async () => {
  const { owner, segments } = await newEnvironment(world);
  await segments.createSegment({ key: 'beta', type: 'list', included: ['u-1'] });
  const viewer = world.services.as({ ...owner, role: 'viewer' }, Segments);
  expect((await viewer.getSegment({ key: 'beta' })).includedCount).toBe(1);
  expect((await refusalOf(viewer.changeListKeys({ key: 'beta', side: 'included', add: ['u'] }))).code).toBe('PERMISSION_DENIED');
  const { organisationId = '', projectId = '', environmentId = '' } = owner;
  const key = { kind: 'sdk-key', id: 'k', name: 'server', organisationId, projectId, environmentId } as const;
  const questions = [{ segmentKey: 'beta', contextKey: 'u-1' }];
  const server = world.services.as({ ...key, keyKind: 'server' }, Segments);
  expect((await server.checkMembership({ questions })).answers[0]?.outcome).toBe('member');
  expect((await refusalOf(server.listKeys({ key: 'beta', side: 'included' }))).code).toBe('PERMISSION_DENIED');
  const client = world.services.as({ ...key, keyKind: 'client' }, Segments);
  expect((await refusalOf(client.checkMembership({ questions }))).code).toBe('PERMISSION_DENIED');
});
