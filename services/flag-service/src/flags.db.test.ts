import { fromJson } from '@bufbuild/protobuf';
import { timestampMs, ValueSchema } from '@bufbuild/protobuf/wkt';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Flags } from '@stitchd/proto/flag/v1/flag';
import { clientsOf, newProject, refusalOf, startFlagWorld, type FlagWorld } from './flag-service.test-support.ts';
import { flagLimits } from './limits.ts';

let world: FlagWorld;
beforeAll(async () => {
  world = await startFlagWorld();
});
afterAll(() => world.stop());

const value = (json: Parameters<typeof fromJson<typeof ValueSchema>>[1]) => fromJson(ValueSchema, json);

test('A new boolean flag has on and off, is disabled everywhere, is off by off and serves on when it is enabled', async () => {
  const project = await newProject(world.database, 2);
  const { flags } = clientsOf(world.services, project.owner);
  const flag = await flags.createFlag({ key: 'checkout', type: 'boolean' });
  expect(flag.variants.map((variant) => [variant.key, variant.value?.kind.value])).toEqual([
    ['on', true],
    ['off', false],
  ]);
  expect(flag).toMatchObject({ name: 'checkout', purpose: 'release', version: 1, archived: false, clientVisible: false });
  expect(flag.environments.map(({ environmentId, enabled }) => [environmentId, enabled])).toEqual(
    project.environmentIds.toSorted().map((id) => [id, false]),
  );
  const configuration = await flags.getConfiguration({ flagKey: 'checkout' });
  expect(configuration).toMatchObject({ enabled: false, version: 1 });
  expect(configuration.document).toEqual({
    offVariant: 'off',
    prerequisites: [],
    targets: [],
    rules: [],
    defaultServe: { variant: 'on' },
  });
});

test('A flag of another type needs a variant, serves its first, and values are of the type', async () => {
  const { flags } = clientsOf(world.services, (await newProject(world.database)).owner);
  const none = await refusalOf(flags.createFlag({ key: 'colour', type: 'string' }));
  expect(none).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ path: '/variants' }] });
  const wrong = await refusalOf(flags.createFlag({ key: 'colour', type: 'string', variants: [{ key: 'red', value: value(1) }] }));
  expect(wrong.errors[0]?.path).toBe('/variants/0/value');
  const missing = await refusalOf(flags.createFlag({ key: 'colour', type: 'string', variants: [{ key: 'red' }] }));
  expect(missing.errors).toMatchObject([{ path: '/variants/0/value', message: 'is required' }]);
  const variants = [
    { key: 'red', value: value('#f00') },
    { key: 'blue', value: value('#00f') },
  ];
  await flags.createFlag({ key: 'colour', type: 'string', variants });
  const { document } = await flags.getConfiguration({ flagKey: 'colour' });
  expect(document).toMatchObject({ offVariant: null, defaultServe: { variant: 'red' } });
});

test('Everything that is wrong with a flag is named at once, with its path', async () => {
  const { flags } = clientsOf(world.services, (await newProject(world.database)).owner);
  const refusal = await refusalOf(
    flags.createFlag({
      key: 'Not a key',
      type: 'number',
      name: 'n'.repeat(flagLimits.nameLength + 1),
      tags: ['a', 'a', ''],
      purpose: 'fun',
      expectedLifetimeDays: -1,
    }),
  );
  expect(refusal.code).toBe('VALIDATION_FAILED');
  const paths = ['/name', '/purpose', '/expectedLifetimeDays', '/tags/1', '/tags/2', '/type', '/key'];
  expect(refusal.errors.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
});

test('Text at its limit is taken, and a character that the store can not hold is refused by its path', async () => {
  const { flags } = clientsOf(world.services, (await newProject(world.database)).owner);
  await flags.createFlag({
    key: 'long',
    type: 'boolean',
    name: 'n'.repeat(flagLimits.nameLength),
    description: 'd'.repeat(flagLimits.descriptionLength),
    tags: Array.from({ length: flagLimits.tags }, (_, index) => `${index}`.padEnd(flagLimits.tagLength, 't')),
    expectedLifetimeDays: flagLimits.expectedLifetimeDays,
  });
  const nul = await refusalOf(flags.createFlag({ key: 'nul', type: 'boolean', description: 'a\0b' }));
  expect(nul.errors.map(({ path }) => path)).toEqual(['/description']);
  const inValue = await refusalOf(
    flags.createFlag({ key: 'nul', type: 'json', variants: [{ key: 'a', value: value({ deep: ['\0'] }) }] }),
  );
  expect(inValue.errors.map(({ path }) => path)).toEqual(['/variants/0/value/deep/0']);
});

test('A key is taken once in a project, and is free in another', async () => {
  const [one, other] = [await newProject(world.database), await newProject(world.database)];
  await clientsOf(world.services, one.owner).flags.createFlag({ key: 'taken', type: 'boolean' });
  const again = await refusalOf(clientsOf(world.services, one.owner).flags.createFlag({ key: 'taken', type: 'boolean' }));
  expect(again.code).toBe('ALREADY_EXISTS');
  await clientsOf(world.services, other.owner).flags.createFlag({ key: 'taken', type: 'boolean' });
});

test('A creation that is repeated with its idempotency key is answered again and done once', async () => {
  const { owner } = await newProject(world.database);
  const flags = world.services.as(owner, Flags, 'once');
  const first = await flags.createFlag({ key: 'once', type: 'boolean' });
  expect(await flags.createFlag({ key: 'once', type: 'boolean' })).toEqual(first);
  const other = await refusalOf(flags.createFlag({ key: 'twice', type: 'boolean' }));
  expect(other.code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('A write without a version or with a stale one is refused, and the stale one is shown the current state', async () => {
  const { flags } = clientsOf(world.services, (await newProject(world.database)).owner);
  await flags.createFlag({ key: 'checkout', type: 'boolean' });
  expect((await refusalOf(flags.updateFlag({ key: 'checkout', name: 'x' }))).code).toBe('PRECONDITION_REQUIRED');
  const updated = await flags.updateFlag({ key: 'checkout', name: 'Checkout', ifVersion: 1 });
  expect(updated).toMatchObject({ name: 'Checkout', version: 2 });
  const stale = await refusalOf(flags.updateFlag({ key: 'checkout', name: 'y', ifVersion: 1 }));
  expect(stale.code).toBe('VERSION_MISMATCH');
  expect(JSON.parse(stale.currentJson)).toMatchObject({ key: 'checkout', name: 'Checkout', version: 2 });
});

test('What is left out of an update stays, and every change is in the audit log with before and after', async () => {
  const project = await newProject(world.database);
  const { flags } = clientsOf(world.services, project.owner);
  await flags.createFlag({ key: 'kept', type: 'boolean', description: 'why', tags: ['a'], owner: 'team' });
  await flags.updateFlag({ key: 'kept', tags: { items: ['b'] }, clientVisible: true, ifVersion: 1 });
  expect(await flags.getFlag({ key: 'kept' })).toMatchObject({
    description: 'why',
    tags: ['b'],
    owner: 'team',
    clientVisible: true,
  });
  const { rows } = await world.database.inTenant(project.owner.organisationId ?? '', (tx) =>
    sql<{ action: string; before: { tags?: string[] } | null; after: { tags?: string[] } }>`
      select action, before, after from platform.audit where action like 'flag.%' order by id`.execute(tx),
  );
  expect(rows.map(({ action, before, after }) => [action, before?.tags, after.tags])).toEqual([
    ['flag.create', undefined, ['a']],
    ['flag.update', ['a'], ['b']],
  ]);
});

test('An archived flag is left out of the list unless it is asked for, and can be restored', async () => {
  const { flags } = clientsOf(world.services, (await newProject(world.database)).owner);
  await flags.createFlag({ key: 'old', type: 'boolean' });
  await flags.createFlag({ key: 'new', type: 'boolean' });
  await flags.archiveFlag({ key: 'old', ifVersion: 1 });
  const keys = async (state: string) => (await flags.listFlags({ state })).items.map(({ key }) => key);
  expect(await keys('')).toEqual(['new']);
  expect(await keys('archived')).toEqual(['old']);
  expect(await keys('all')).toEqual(['new', 'old']);
  expect((await flags.restoreFlag({ key: 'old', ifVersion: 2 })).archived).toBe(false);
  expect((await refusalOf(flags.listFlags({ state: 'both' }))).code).toBe('VALIDATION_FAILED');
});

test('A list is paged by key or newest first, filtered, and tells its total and the state in each environment', async () => {
  const project = await newProject(world.database, 2);
  const { flags } = clientsOf(world.services, project.owner);
  for (const key of ['e', 'b', 'd', 'a', 'c'])
    await flags.createFlag({
      key,
      type: key === 'c' ? 'json' : 'boolean',
      variants: key === 'c' ? [{ key: 'v', value: value({}) }] : [],
      tags: key < 'c' ? ['early'] : [],
    });
  const [environmentId = ''] = project.environmentIds;
  await clientsOf(world.services, project.in(environmentId)).flags.setEnabled({ flagKey: 'b', enabled: true, ifVersion: 1 });

  const first = await flags.listFlags({ page: { limit: 2 } });
  expect([first.items.map(({ key }) => key), first.total]).toEqual([['a', 'b'], 5]);
  expect(first.items[1]?.environments.filter(({ enabled }) => enabled).map((state) => state.environmentId)).toEqual([
    environmentId,
  ]);
  const second = await flags.listFlags({ page: { limit: 2, cursor: first.nextCursor } });
  const third = await flags.listFlags({ page: { limit: 2, cursor: second.nextCursor } });
  expect([second.items.map(({ key }) => key), third.items.map(({ key }) => key), third.nextCursor]).toEqual([
    ['c', 'd'],
    ['e'],
    '',
  ]);

  await flags.updateFlag({ key: 'd', name: 'Changed last', ifVersion: 1 });
  const newest = await flags.listFlags({ sort: '-updated_at', page: { limit: 2 } });
  const older = await flags.listFlags({ sort: '-updated_at', page: { limit: 9, cursor: newest.nextCursor } });
  const paged = [...newest.items, ...older.items];
  expect([paged[0]?.key, paged.length, older.nextCursor]).toEqual(['d', 5, '']);
  const changedAt = paged.map(({ updatedAt }) => (updatedAt ? timestampMs(updatedAt) : 0));
  expect(changedAt).toEqual(changedAt.toSorted((a, b) => b - a));

  expect((await flags.listFlags({ tag: 'early' })).total).toBe(2);
  expect((await flags.listFlags({ type: 'json' })).items.map(({ key }) => key)).toEqual(['c']);
  expect((await flags.listFlags({ page: { query: 'CHANGED' } })).items.map(({ key }) => key)).toEqual(['d']);
  expect((await flags.listFlags({ page: { query: '%' } })).total).toBe(0);
});

test('A cursor of another list, a sort or a filter that does not exist, and a page beyond its limit are refused', async () => {
  const { flags } = clientsOf(world.services, (await newProject(world.database)).owner);
  const foreign = Buffer.from(JSON.stringify(['NOT A KEY'])).toString('base64url');
  for (const request of [
    { page: { cursor: 'nonsense' } },
    { page: { cursor: foreign } },
    { page: { cursor: foreign }, sort: '-updated_at' },
    { sort: 'name' },
    { type: 'number' },
    { page: { limit: 201 } },
    { page: { query: '\0' } },
  ])
    expect((await refusalOf(flags.listFlags(request))).code, JSON.stringify(request)).toBe('VALIDATION_FAILED');
  expect((await flags.listFlags({ page: { limit: 200 } })).items).toEqual([]);
});

test('Another organisation neither sees nor changes a flag, whatever ids its principal names', async () => {
  const one = await newProject(world.database);
  const other = await newProject(world.database);
  await clientsOf(world.services, one.owner).flags.createFlag({ key: 'mine', type: 'boolean' });
  const { organisationId = '' } = other.owner;
  const intruder = clientsOf(world.services, { ...one.owner, organisationId }).flags;
  expect((await intruder.listFlags({ state: 'all' })).items).toEqual([]);
  for (const call of [
    () => intruder.getFlag({ key: 'mine' }),
    () => intruder.updateFlag({ key: 'mine', name: 'theirs', ifVersion: 1 }),
    () => intruder.archiveFlag({ key: 'mine', ifVersion: 1 }),
    () => intruder.getConfiguration({ flagKey: 'mine' }),
    () => intruder.setEnabled({ flagKey: 'mine', enabled: false }),
  ])
    expect((await refusalOf(call())).code).toBe('NOT_FOUND');
  const foreignEnvironment = clientsOf(world.services, { ...other.owner, environmentId: one.environmentIds[0] ?? '' }).flags;
  await foreignEnvironment.createFlag({ key: 'theirs', type: 'boolean' });
  expect((await refusalOf(foreignEnvironment.getConfiguration({ flagKey: 'theirs' }))).code).toBe('NOT_FOUND');
});

test('A viewer reads and does not write', async () => {
  const { owner } = await newProject(world.database);
  await clientsOf(world.services, owner).flags.createFlag({ key: 'seen', type: 'boolean' });
  const viewer = clientsOf(world.services, { ...owner, role: 'viewer' }).flags;
  expect((await viewer.getFlag({ key: 'seen' })).key).toBe('seen');
  expect((await refusalOf(viewer.createFlag({ key: 'mine', type: 'boolean' }))).code).toBe('PERMISSION_DENIED');
  expect((await refusalOf(viewer.setEnabled({ flagKey: 'seen', enabled: false }))).code).toBe('PERMISSION_DENIED');
});
