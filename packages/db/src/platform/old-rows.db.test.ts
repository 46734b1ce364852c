import { randomUUID } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { createDatabase, postgresLimits, type Database, type Tx } from '../postgres/index.ts';
import {
  changeEnvironments,
  deleteOldRows,
  doOnce,
  organisationsWithOldRows,
  readDefinitions,
  registerEnvironment,
  type Publication,
} from './index.ts';

let store: TestDatabase;
let database: Database;
const { tombstoneKeepDays, idempotencyKeepHours, outboxKeepDays } = postgresLimits;

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await store.drop();
});

/** An organisation with one environment. */
async function newTenant() {
  const [organisationId, environmentId] = [randomUUID(), randomUUID()];
  const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => database.inTenant(organisationId, work);
  await inTenant((tx) => registerEnvironment(tx, { environmentId, projectId: randomUUID(), organisationId }));
  const change = {
    organisationId,
    actor: { kind: 'user', id: 'u', name: 'ada@example.org' },
    requestId: 'r',
    action: 'flag.update',
    resource: { kind: 'flag', id: 'f', key: 'checkout' },
  };
  const publish = (publication: Publication) =>
    inTenant((tx) => changeEnvironments(tx, randomUUID, [environmentId], change, async () => publication));
  return {
    organisationId,
    environmentId,
    inTenant,
    put: (id: string) => publish({ upsert: [{ kind: 'flag', id, body: id }] }),
    remove: (id: string) => publish({ remove: [{ kind: 'flag', id }] }),
    read: (from: number) => inTenant((tx) => readDefinitions(tx, environmentId, from)),
    query: async <Row>(text: RawBuilder<Row>) => (await inTenant((tx) => text.execute(tx))).rows,
    rememberKey: (key: string) =>
      inTenant((tx) =>
        doOnce(
          tx,
          { organisationId, principalId: 'ada', route: 'CreateFlag', key, bodyHash: new Uint8Array(32) },
          () => 'made',
          async () => 'made',
        ),
      ),
  };
}
type Tenant = Awaited<ReturnType<typeof newTenant>>;

/** A definition that was removed a minute before or after the end of the time for which that is kept. */
async function removedLongAgo({ put, remove, query }: Tenant, id: string, side: 'within' | 'beyond'): Promise<void> {
  await put(id);
  await remove(id);
  const minutes = side === 'within' ? -1 : 1;
  await query(sql`
    update platform.definition set changed_at = now() - make_interval(days => ${tombstoneKeepDays}, mins => ${minutes})
    where id = ${id}`);
}

const isListed = async ({ organisationId }: Tenant) => (await organisationsWithOldRows(database)).includes(organisationId);
const definitionIds = async ({ query }: Tenant) =>
  (await query(sql<{ id: string }>`select id from platform.definition order by id`)).map(({ id }) => id);

test('A removal is forgotten after 30 days, not before, and whoever has not seen it gets a snapshot', async () => {
  const tenant = await newTenant();
  await tenant.put('stays');
  await removedLongAgo(tenant, 'within', 'within');
  expect(await isListed(tenant)).toBe(false);
  expect(await deleteOldRows(database, tenant.organisationId)).toBe(0);

  await tenant.put('last');
  await removedLongAgo(tenant, 'beyond', 'beyond');
  const before = await tenant.read(5);
  expect(before).toMatchObject({ fromRevision: 5, revision: 6, removed: [{ kind: 'flag', id: 'beyond' }] });
  expect(await isListed(tenant)).toBe(true);
  expect(await deleteOldRows(database, tenant.organisationId)).toBe(1);
  expect(await isListed(tenant)).toBe(false);
  expect(await definitionIds(tenant)).toEqual(['last', 'stays', 'within']);

  const snapshot = await tenant.read(0);
  expect(snapshot?.entities.map(({ id }) => id)).toEqual(['last', 'stays']);
  expect(await tenant.read(5)).toEqual(snapshot);
  expect(await tenant.read(6)).toEqual({ revision: 6, fromRevision: 6, entities: [], removed: [] });
});

test('Removals that came after the forgotten ones still reach who has seen those', async () => {
  const tenant = await newTenant();
  await removedLongAgo(tenant, 'beyond', 'beyond');
  await removedLongAgo(tenant, 'within', 'within');
  await deleteOldRows(database, tenant.organisationId);
  expect(await tenant.read(2)).toMatchObject({ fromRevision: 2, removed: [{ kind: 'flag', id: 'within' }] });
  expect(await tenant.read(1)).toMatchObject({ fromRevision: 0, entities: [], removed: [] });
});

test('A definition that is published again while its removal is about to be forgotten stays', async () => {
  const tenant = await newTenant();
  await removedLongAgo(tenant, 'back', 'beyond');
  let tidying: Promise<number> | undefined;
  await tenant.inTenant(async (tx) => {
    await sql`select from platform.environment_revision where environment_id = ${tenant.environmentId} for update`.execute(tx);
    tidying = deleteOldRows(database, tenant.organisationId);
    // It waits for this very transaction.
    const waiters = sql`select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`;
    await expect.poll(async () => (await waiters.execute(tx)).rows.length, { timeout: 2_500 }).toBeGreaterThan(0);
    await sql`update platform.definition set removed = false, body = 'back', revision = 3, changed_at = now() where id = 'back'`.execute(
      tx,
    );
    await sql`update platform.environment_revision set revision = 3 where environment_id = ${tenant.environmentId}`.execute(tx);
  });
  expect(await tidying).toBe(0);
  expect(await tenant.read(2)).toMatchObject({ fromRevision: 2, entities: [{ id: 'back' }] });
});

test('An idempotency key goes after a day and an outbox record after 30, not before; other tenants keep theirs', async () => {
  const [tenant, other] = [await newTenant(), await newTenant()];
  for (const { rememberKey, put, query } of [tenant, other]) {
    for (const key of ['within', 'beyond']) {
      await rememberKey(key);
      await put(key);
      const minutes = key === 'within' ? -1 : 1;
      await query(sql`
        update platform.idempotency set created_at = now() - make_interval(hours => ${idempotencyKeepHours}, mins => ${minutes})
        where key = ${key}`);
      await query(sql`
        update platform.outbox set topic = ${key}, created_at = now() - make_interval(days => ${outboxKeepDays}, mins => ${minutes})
        where topic = 'flag.update'`);
    }
  }
  const kept = async ({ query }: Tenant) =>
    (
      await query(sql<{ name: string }>`
        select 'key ' || key as name from platform.idempotency union all select 'record ' || topic from platform.outbox order by 1`)
    ).map(({ name }) => name);
  expect([await isListed(tenant), await isListed(other)]).toEqual([true, true]);
  expect(await deleteOldRows(database, tenant.organisationId)).toBe(2);
  expect(await kept(tenant)).toEqual(['key within', 'record within']);
  expect(await kept(other)).toEqual(['key beyond', 'key within', 'record beyond', 'record within']);
  expect([await isListed(tenant), await isListed(other)]).toEqual([false, true]);
});

test('More than one transaction takes goes in several, and two at once delete each row once', async () => {
  const tenant = await newTenant();
  await tenant.query(sql`
    insert into platform.outbox (id, organisation_id, topic, payload, created_at)
    select gen_random_uuid(), ${tenant.organisationId}, 'old', '{}', now() - interval '40 days'
    from generate_series(1, ${postgresLimits.oldRowsAtOnce * 2 + 1})`);
  expect(await deleteOldRows(database, tenant.organisationId)).toBe(postgresLimits.oldRowsAtOnce);
  const deleteAll = async (): Promise<number> => {
    let sum = 0;
    for (;;) {
      const count = await deleteOldRows(database, tenant.organisationId);
      sum += count;
      if (count === 0) return sum;
    }
  };
  const sums = await Promise.all([deleteAll(), deleteAll()]);
  expect(sums.reduce((sum, count) => sum + count, 0)).toBe(postgresLimits.oldRowsAtOnce + 1);
  expect(await isListed(tenant)).toBe(false);
});
