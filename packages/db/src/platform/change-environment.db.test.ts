import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { createDatabase, openConnection, type Database } from '../postgres/index.ts';
import { changeEnvironments, readDefinitions, referrersOf, registerEnvironment, watchRevisions, type Change } from './index.ts';

let store: TestDatabase;
let database: Database;
const organisationId = randomUUID();

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await store.drop();
});

async function newEnvironment(): Promise<string> {
  const environmentId = randomUUID();
  await database.inTenant(organisationId, (tx) =>
    registerEnvironment(tx, { environmentId, projectId: randomUUID(), organisationId }),
  );
  return environmentId;
}

function change(environmentId: string): Change {
  return {
    organisationId,
    environmentId,
    actor: { kind: 'user', id: 'u', name: 'ada@example.org' },
    requestId: 'r',
    action: 'flag.update',
    resource: { kind: 'flag', id: 'f', key: 'checkout' },
    after: ['a list', { and: 'an object' }],
  };
}

const put = (environmentId: string, id: string, body: string) =>
  database.inTenant(organisationId, (tx) =>
    changeEnvironments(tx, randomUUID, [environmentId], change(environmentId), async () => ({
      upsert: [{ kind: 'flag', id, body }],
      references: [{ from: { kind: 'flag', key: id }, to: [{ kind: 'segment', key: 'beta' }] }],
    })),
  );
const read = (environmentId: string, from: number) =>
  database.inTenant(organisationId, (tx) => readDefinitions(tx, environmentId, from));

test('A change takes the next revision only where a body differs', async () => {
  const environmentId = await newEnvironment();
  expect((await put(environmentId, 'a', '{"a":1}')).get(environmentId)).toBe(1);
  expect((await put(environmentId, 'a', '{"a":1}')).get(environmentId)).toBe(1);
  expect((await put(environmentId, 'a', '{"a":2}')).get(environmentId)).toBe(2);
});

test('A snapshot and a delta lead to the same state, and a removal is a tombstone in the delta only', async () => {
  const environmentId = await newEnvironment();
  await put(environmentId, 'a', '1');
  await put(environmentId, 'b', '2');
  await database.inTenant(organisationId, (tx) =>
    changeEnvironments(tx, randomUUID, [environmentId], change(environmentId), async () => ({
      remove: [{ kind: 'flag', id: 'a' }],
    })),
  );
  expect(await read(environmentId, 0)).toEqual({
    revision: 3,
    fromRevision: 0,
    entities: [{ kind: 'flag', id: 'b', revision: 2, body: '2' }],
    removed: [],
  });
  expect(await read(environmentId, 1)).toEqual({
    revision: 3,
    fromRevision: 1,
    entities: [{ kind: 'flag', id: 'b', revision: 2, body: '2' }],
    removed: [{ kind: 'flag', id: 'a' }],
  });
  for (const unknown of [99, 2 ** 64, -1]) expect((await read(environmentId, unknown))?.fromRevision).toBe(0);
  expect((await read(environmentId, 3))?.fromRevision).toBe(3);
});

test('Changes of one environment at once each get a revision of their own', async () => {
  const environmentId = await newEnvironment();
  const revisions = await Promise.all(Array.from({ length: 8 }, (_, index) => put(environmentId, `f${index}`, '1')));
  expect(revisions.map((each) => each.get(environmentId)).toSorted((a = 0, b = 0) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('A change that fails leaves no definition, no audit and no outbox record', async () => {
  const environmentId = await newEnvironment();
  await expect(
    database.inTenant(organisationId, async (tx) => {
      await changeEnvironments(tx, randomUUID, [environmentId], change(environmentId), async () => ({
        upsert: [{ kind: 'flag', id: 'x', body: '1' }],
      }));
      throw new Error('the owner failed after it');
    }),
  ).rejects.toThrow('the owner failed after it');
  const counts = await database.inTenant(organisationId, (tx) =>
    sql<{ n: number }>`select (select count(*) from platform.audit where environment_id = ${environmentId})
      + (select count(*) from platform.outbox where environment_id = ${environmentId})
      + (select count(*) from platform.definition where environment_id = ${environmentId}) as n`.execute(tx),
  );
  expect(counts.rows[0]?.n).toBe(0);
});

test('Another organisation sees nothing of it, and a connection without a tenant sees no rows', async () => {
  const environmentId = await newEnvironment();
  await put(environmentId, 'a', '1');
  expect(await database.inTenant(randomUUID(), (tx) => readDefinitions(tx, environmentId, 0))).toBeUndefined();
  const rows = await database.beforeTenant((tx) => tx.selectFrom('platform.definition').selectAll().execute());
  expect(rows).toEqual([]);
});

test('Who refers to a segment is known', async () => {
  const environmentId = await newEnvironment();
  await put(environmentId, 'checkout', '1');
  const referrers = await database.inTenant(organisationId, (tx) =>
    referrersOf(tx, environmentId, { kind: 'segment', key: 'beta' }),
  );
  expect(referrers).toEqual([{ kind: 'flag', key: 'checkout' }]);
});

test('A watcher hears of every commit, also where the hint was lost with its connection', async () => {
  const environmentId = await newEnvironment();
  const heard = new Set<number>();
  const troubles: unknown[] = [];
  const watch = watchRevisions({
    database,
    nowMs: Date.now,
    onRevision: (id, revision) => void (id === environmentId && heard.add(revision)),
    onTrouble: (error) => troubles.push(error),
  });
  await put(environmentId, 'a', '1');
  await expect.poll(() => heard.has(1), { timeout: 20_000 }).toBe(true);
  const owner = await openConnection({ connectionString: store.url });
  const ended = await owner.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %' and datname = current_database()`,
  );
  await owner.end();
  expect(ended.rows).toEqual([{ pg_terminate_backend: true }]);
  await put(environmentId, 'a', '2');
  await expect.poll(() => heard.has(2), { timeout: 20_000 }).toBe(true);
  await watch.stop();
});
