import { fromBinary, fromJson } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import { readDefinitions } from '@stitchd/db/platform';
import { Definitions } from '@stitchd/proto/flag/v1/flag';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  clientsOf,
  configure,
  newProject,
  refusalOf,
  startFlagWorld,
  type FlagWorld,
  type TestProject,
} from './flag-service.test-support.ts';
import { watchLimits } from './limits.ts';
import { serve, stateOf, watchReplica } from './watch-replica.test-support.ts';
import { EnvironmentFeed } from './watch/environment-feed.ts';

let world: FlagWorld;
beforeAll(async () => {
  world = await startFlagWorld();
});
afterAll(() => world.stop());

async function storedState(project: TestProject): Promise<Readonly<Record<string, string>>> {
  const { organisationId = '', environmentId = '' } = project.owner;
  const stored = await world.database.inTenant(organisationId, (tx) => readDefinitions(tx, environmentId, 0));
  return Object.fromEntries((stored?.entities ?? []).map(({ kind, id, body }) => [`${kind}:${id}`, body]));
}

test('A snapshot and the deltas after it lead a replica to the state in the store', async () => {
  const project = await newProject(world.database);
  const { flags, definitions } = clientsOf(world.services, project.owner);
  await flags.createFlag({ key: 'first', type: 'boolean' });
  const watched = watchReplica(definitions, project.owner.environmentId ?? '');
  await watched.until(() => watched.replica.compiled !== undefined);
  expect(serve(watched.replica, 'first', 'u-1')).toBe('off');

  await flags.setEnabled({ flagKey: 'first', enabled: true, ifVersion: 1 });
  await flags.createFlag({ key: 'second', type: 'boolean' });
  await configure(flags, 'second', { defaultServe: { variant: 'off' } }, true);
  await flags.archiveFlag({ key: 'first', ifVersion: 1 });
  await watched.until(
    () => serve(watched.replica, 'second', 'u-1') === 'off' && serve(watched.replica, 'first', 'u-1') === undefined,
  );
  expect(stateOf(watched.replica)).toEqual(await storedState(project));
  expect(watched.outcomes.every((outcome) => outcome === 'applied')).toBe(true);
  expect(watched.messages.slice(1).every(({ fromRevision }) => fromRevision > 0n)).toBe(true);
  await watched.stop();
});

test('A reader that comes back after everybody has left gets only what it missed', async () => {
  const project = await newProject(world.database);
  const { flags, definitions } = clientsOf(world.services, project.owner);
  const environmentId = project.owner.environmentId ?? '';
  for (const key of ['a', 'b', 'c']) await flags.createFlag({ key, type: 'boolean' });
  const before = watchReplica(definitions, environmentId);
  await before.until(() => before.replica.compiled !== undefined);
  await before.stop();
  await flags.updateFlag({ key: 'b', clientVisible: true, ifVersion: 1 });

  const again = watchReplica(definitions, environmentId, before.replica);
  await again.until(() => again.messages.length > 0);
  expect(again.messages[0]?.fromRevision).toBeGreaterThan(0n);
  expect(again.messages[0]?.entities).toHaveLength(1);
  expect(again.outcomes).toEqual(['applied']);
  expect(stateOf(again.replica)).toEqual(await storedState(project));
  await again.stop();
});

test('A reader whose state is not the one of its revision gets a snapshot', async () => {
  const project = await newProject(world.database);
  const { flags, definitions } = clientsOf(world.services, project.owner);
  const environmentId = project.owner.environmentId ?? '';
  await flags.createFlag({ key: 'a', type: 'boolean' });
  const watched = watchReplica(definitions, environmentId);
  await watched.until(() => watched.replica.compiled !== undefined);
  for (const haveRevision of [watched.replica.revision, 999n, 2n ** 63n]) {
    const stopping = new AbortController();
    for await (const { syncMessage } of definitions.watch(
      { environmentId, haveRevision, haveChecksum: 1n },
      { signal: stopping.signal },
    )) {
      const { fromRevision, entities } = fromBinary(SyncMessageSchema, syncMessage);
      expect([fromRevision, entities.map(({ kind }) => kind)], String(haveRevision)).toEqual([0n, ['environment', 'flag']]);
      break;
    }
    stopping.abort();
  }
  await watched.stop();
});

test('Two services on one database: what one writes reaches who watches through the other', async () => {
  const project = await newProject(world.database);
  const other = await world.startAnother();
  const environmentId = project.owner.environmentId ?? '';
  const watched = watchReplica(other.as('gateway', Definitions), environmentId);
  await watched.until(() => watched.replica.compiled !== undefined);
  const { flags } = clientsOf(world.services, project.owner);
  await flags.createFlag({ key: 'far', type: 'boolean' });
  await flags.setEnabled({ flagKey: 'far', enabled: true, ifVersion: 1 });
  await watched.until(() => serve(watched.replica, 'far', 'u-1') === 'on');
  expect(stateOf(watched.replica)).toEqual(await storedState(project));
  await watched.stop();
  await other.stop();
});

test('An environment that is made after the flags gets their definitions when somebody first watches it', async () => {
  const project = await newProject(world.database);
  const { flags, definitions } = clientsOf(world.services, project.owner);
  await flags.createFlag({ key: 'older', type: 'boolean' });
  const environmentId = await project.addEnvironment();
  const [one, two] = [watchReplica(definitions, environmentId), watchReplica(definitions, environmentId)];
  for (const watched of [one, two]) await watched.until(() => serve(watched.replica, 'older', 'u-1') === 'off');
  expect(one.replica.revision).toBe(1n);
  await flags.createFlag({ key: 'newer', type: 'boolean' });
  for (const watched of [one, two]) await watched.until(() => serve(watched.replica, 'newer', 'u-1') === 'off');
  for (const watched of [one, two]) await watched.stop();
});

test('An environment without flags is an empty snapshot, and heartbeats follow while nothing happens', async () => {
  const quick = await startFlagWorld({ STITCHD_FLAG_HEARTBEAT: '20ms' });
  const project = await newProject(quick.database);
  const { definitions, flags } = clientsOf(quick.services, project.owner);
  const watched = watchReplica(definitions, project.owner.environmentId ?? '');
  await watched.until(() => watched.messages.length >= 3);
  await flags.createFlag({ key: 'a', type: 'boolean' });
  await watched.until(() => watched.messages.filter(({ revision }) => revision === 1n).length >= 3);
  expect(watched.outcomes.every((outcome) => outcome === 'applied')).toBe(true);
  const heartbeats = watched.messages.filter(({ fromRevision, revision }) => fromRevision === 1n && revision === 1n);
  expect(heartbeats.every(({ entities, removed, last }) => entities.length + removed.length === 0 && last)).toBe(true);
  await watched.stop();
  await quick.stop();
});

test('A state larger than a message comes in several, none of them above the limit, and is applied as a whole', async () => {
  const project = await newProject(world.database);
  const { flags, definitions } = clientsOf(world.services, project.owner);
  const large = fromJson(ValueSchema, { text: 'x'.repeat(65_000) });
  const variants = Array.from({ length: 10 }, (_, index) => ({ key: `v${index}`, value: large }));
  for (const key of ['a', 'b', 'c']) await flags.createFlag({ key, type: 'json', variants });
  const watched = watchReplica(definitions, project.owner.environmentId ?? '');
  await watched.until(() => watched.replica.compiled !== undefined);
  expect(watched.messages.map(({ last }) => last)).toEqual([false, false, true]);
  expect(watched.outcomes).toEqual(['pending', 'pending', 'applied']);
  expect(Math.max(...watched.bytes)).toBeLessThanOrEqual(watchLimits.messageBytes);
  expect(stateOf(watched.replica)).toEqual(await storedState(project));
  await watched.stop();
});

test('Streams end when the service drains', async () => {
  const own = await startFlagWorld();
  const project = await newProject(own.database);
  const watched = watchReplica(clientsOf(own.services, project.owner).definitions, project.owner.environmentId ?? '');
  await watched.until(() => watched.messages.length > 0);
  await own.stop();
  expect(await watched.ended).toBeUndefined();
});

test('Only the gateway watches, and an environment that does not exist is not found', async () => {
  const project = await newProject(world.database);
  const environmentId = project.owner.environmentId ?? '';
  const asPerson = watchReplica(world.services.as(project.owner, Definitions), environmentId);
  expect((await refusalOf(asPerson.ended.then((error) => Promise.reject(error)))).code).toBe('PERMISSION_DENIED');
  for (const id of ['', 'nonsense', crypto.randomUUID()]) {
    const watched = watchReplica(world.services.as('gateway', Definitions), id);
    expect((await refusalOf(watched.ended.then((error) => Promise.reject(error)))).code, id).toBe('NOT_FOUND');
  }
});

test('A reader that was slow gets the latest state in one step, not what lay between', async () => {
  const project = await newProject(world.database);
  const { organisationId = '', environmentId = '' } = project.owner;
  const { flags } = clientsOf(world.services, project.owner);
  await flags.createFlag({ key: 'busy', type: 'boolean' });
  const feed = new EnvironmentFeed({
    read: async (from) => {
      const stored = await world.database.inTenant(organisationId, (tx) => readDefinitions(tx, environmentId, from));
      if (stored === undefined) throw new Error('the environment is there');
      return stored;
    },
    heartbeatMs: 60_000,
    onTrouble: (error) => expect.unreachable(String(error)),
  });
  await feed.load();
  const stream = feed.follow({ revision: 0, checksum: 0n }, new AbortController().signal);
  const next = async () => fromBinary(SyncMessageSchema, (await stream.next()).value ?? new Uint8Array());
  const snapshot = await next();
  for (const [index, enabled] of [true, false, true].entries()) {
    await flags.setEnabled({ flagKey: 'busy', enabled, ifVersion: index + 1 });
    await feed.refresh();
  }
  // The first touch of the environment made its signing secret too.
  expect(await next()).toMatchObject({ fromRevision: snapshot.revision, revision: snapshot.revision + 4n, last: true });
  feed.close();
  expect((await stream.next()).done).toBe(true);
});
