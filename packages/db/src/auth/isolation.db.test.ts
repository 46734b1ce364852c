import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { createDatabase, type Database, type Tx } from '../postgres/index.ts';
import {
  actAsUser,
  enterOrganisation,
  insertApiToken,
  insertDelivery,
  insertEnvironment,
  insertMember,
  insertOrganisation,
  insertProject,
  insertReceiver,
  insertRefreshToken,
  insertSdkKey,
  insertSession,
  insertSignInLink,
  insertUser,
  setPasswordHash,
} from './index.ts';

let store: TestDatabase;
let database: Database;

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await store.drop();
});

/** Tables of an organisation, and those of a person: a tenant sees of the latter what its own members have. */
const tenantTables = [
  'organisation',
  'project',
  'environment',
  'member',
  'sdk_key',
  'api_token',
  'receiver',
  'delivery',
] as const;
const personTables = ['user_account', 'password', 'session', 'refresh_token', 'sign_in_link'] as const;
const tables = [...tenantTables, ...personTables];

const receiver = { kind: 'email', name: 'r', address: 'a@example.org', topics: [], sealed_secret: null };
const message = { topic: 'test', title: 't', body: 'b', recordId: null };

interface Tenant {
  readonly organisationId: string;
  readonly projectId: string;
  readonly environmentId: string;
  readonly receiverId: string;
  readonly userId: string;
}

/** An organisation with one row in every table. */
async function makeTenant(): Promise<Tenant> {
  const [organisationId, projectId, environmentId, receiverId, userId, sessionId] = Array.from({ length: 6 }, () =>
    randomUUID(),
  ) as [string, string, string, string, string, string];
  const project = { organisation_id: organisationId, project_id: projectId };
  const expires_at = new Date(Date.now() + 60_000);
  await database.beforeTenant(async (tx) => {
    await enterOrganisation(tx, organisationId);
    await insertOrganisation(tx, { id: organisationId, key: `o-${organisationId}`, name: 'An organisation' });
    await insertUser(tx, { id: userId, email: `${userId}@example.org`, name: 'Somebody' });
    await insertMember(tx, { organisation_id: organisationId, user_id: userId, role: 'owner' });
    await setPasswordHash(tx, userId, 'a hash');
    await insertSession(tx, { id: sessionId, user_id: userId, organisation_id: organisationId, expires_at });
    await insertRefreshToken(tx, { sha256: randomBytes(32), session_id: sessionId, user_id: userId, expires_at });
    await insertSignInLink(tx, { sha256: randomBytes(32), user_id: userId, expires_at });
    await insertProject(tx, { id: projectId, organisation_id: organisationId, key: 'p', name: 'P', description: '' });
    await insertEnvironment(tx, { id: environmentId, ...project, key: 'e', name: 'E', production: true });
    await insertSdkKey(tx, {
      id: randomUUID(),
      ...project,
      environment_id: environmentId,
      name: 'k',
      kind: 'server',
      hint: 'stsk_',
      sha256: randomBytes(32),
      allowed_origins: [],
      backfill_days: 0,
    });
    await insertApiToken(tx, {
      id: randomUUID(),
      organisation_id: organisationId,
      name: 't',
      role: 'viewer',
      hint: 'stat_',
      sha256: randomBytes(32),
      operator: false,
      expires_at: null,
    });
    await insertReceiver(tx, { id: receiverId, ...project, ...receiver });
    await insertDelivery(tx, { id: randomUUID(), receiver: { id: receiverId, organisation_id: organisationId }, ...message });
  });
  return { organisationId, projectId, environmentId, receiverId, userId };
}

const countIn = async (tx: Tx, table: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(`auth.${table}`)}`.execute(tx);
  return rows[0]?.n ?? -1;
};

async function countsIn(tx: Tx): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const table of tables) counts[table] = await countIn(tx, table);
  return counts;
}

test('This test names every table of the schema that is protected', async () => {
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ name: string }>`select relname as name from pg_class
      where relnamespace = 'auth'::regnamespace and relkind = 'r' and relrowsecurity`.execute(tx),
  );
  expect(rows.map(({ name }) => name).toSorted()).toEqual(tables.toSorted());
});

test('A transaction that has set nobody sees no row of any table', async () => {
  await makeTenant();
  const counts = await database.beforeTenant(countsIn);
  expect(new Set(Object.values(counts))).toEqual(new Set([0]));
});

test('A tenant sees its own rows only, and of people neither password nor tokens', async () => {
  const [own] = [await makeTenant(), await makeTenant()];
  expect(await database.inTenant(own.organisationId, countsIn)).toEqual({
    organisation: 1,
    project: 1,
    environment: 1,
    member: 1,
    sdk_key: 1,
    api_token: 1,
    receiver: 1,
    delivery: 1,
    user_account: 1,
    session: 1,
    password: 0,
    refresh_token: 0,
    sign_in_link: 0,
  });
});

test('A person sees what is their own, and of organisations nothing', async () => {
  const [own] = [await makeTenant(), await makeTenant()];
  const counts = await database.beforeTenant(async (tx) => {
    await actAsUser(tx, own.userId);
    return countsIn(tx);
  });
  expect(counts).toEqual({
    ...Object.fromEntries(tenantTables.map((table) => [table, 0])),
    ...Object.fromEntries(personTables.map((table) => [table, 1])),
  });
});

/** By which column a row belongs to somebody. */
const ownerColumns: Readonly<Record<(typeof tables)[number], { readonly column: string; readonly of: keyof Tenant }>> = {
  organisation: { column: 'id', of: 'organisationId' },
  project: { column: 'organisation_id', of: 'organisationId' },
  environment: { column: 'organisation_id', of: 'organisationId' },
  member: { column: 'organisation_id', of: 'organisationId' },
  sdk_key: { column: 'organisation_id', of: 'organisationId' },
  api_token: { column: 'organisation_id', of: 'organisationId' },
  receiver: { column: 'organisation_id', of: 'organisationId' },
  delivery: { column: 'organisation_id', of: 'organisationId' },
  session: { column: 'organisation_id', of: 'organisationId' },
  user_account: { column: 'id', of: 'userId' },
  password: { column: 'user_id', of: 'userId' },
  refresh_token: { column: 'user_id', of: 'userId' },
  sign_in_link: { column: 'user_id', of: 'userId' },
};

test('A tenant changes and deletes no row of another, though it may change its own', async () => {
  const [own, other] = [await makeTenant(), await makeTenant()];
  const touched = (statement: (whose: Tenant) => string, whose: Tenant) =>
    database.beforeTenant(async (tx) => {
      await enterOrganisation(tx, own.organisationId);
      await actAsUser(tx, own.userId);
      return (await sql.raw(statement(whose)).execute(tx)).numAffectedRows;
    });
  for (const table of tables) {
    const { column, of } = ownerColumns[table];
    const update = (whose: Tenant) => `update auth.${table} set ${column} = ${column} where ${column} = '${whose[of]}'`;
    expect([table, await touched(update, own)]).toEqual([table, 1n]);
    expect([table, await touched(update, other)]).toEqual([table, 0n]);
    const remove = (whose: Tenant) => `delete from auth.${table} where ${column} = '${whose[of]}'`;
    if (['organisation', 'user_account', 'password'].includes(table))
      await expect(touched(remove, other), table).rejects.toThrow(/permission denied/);
    else expect([table, await touched(remove, other)]).toEqual([table, 0n]);
  }
});

test('A tenant writes no row in the name of another', async () => {
  const [own, other] = [await makeTenant(), await makeTenant()];
  const key = { id: randomUUID(), name: 'k', kind: 'server', hint: 'h', allowed_origins: [], backfill_days: 0 };
  const foreign = { organisation_id: other.organisationId, project_id: other.projectId };
  const expires_at = new Date();
  const attempts: Readonly<Record<string, (tx: Tx) => Promise<unknown>>> = {
    organisation: (tx) => insertOrganisation(tx, { id: randomUUID(), key: randomUUID(), name: 'x' }),
    project: (tx) =>
      insertProject(tx, { id: randomUUID(), organisation_id: other.organisationId, key: 'x', name: 'x', description: '' }),
    environment: (tx) => insertEnvironment(tx, { id: randomUUID(), ...foreign, key: 'x', name: 'x', production: false }),
    member: (tx) => insertMember(tx, { organisation_id: other.organisationId, user_id: own.userId, role: 'owner' }),
    sdk_key: (tx) => insertSdkKey(tx, { ...key, ...foreign, environment_id: other.environmentId, sha256: randomBytes(32) }),
    api_token: (tx) =>
      insertApiToken(tx, {
        id: randomUUID(),
        organisation_id: other.organisationId,
        name: 'x',
        role: 'owner',
        hint: 'h',
        sha256: randomBytes(32),
        operator: false,
        expires_at: null,
      }),
    receiver: (tx) => insertReceiver(tx, { id: randomUUID(), ...foreign, ...receiver }),
    delivery: (tx) =>
      insertDelivery(tx, {
        id: randomUUID(),
        receiver: { id: other.receiverId, organisation_id: other.organisationId },
        ...message,
      }),
    user_account: (tx) =>
      tx.insertInto('auth.user_account').values({ id: randomUUID(), email: randomUUID(), name: 'x' }).execute(),
    password: (tx) => setPasswordHash(tx, other.userId, 'x'),
    session: (tx) =>
      insertSession(tx, { id: randomUUID(), user_id: other.userId, organisation_id: own.organisationId, expires_at }),
    refresh_token: (tx) =>
      insertRefreshToken(tx, { sha256: randomBytes(32), session_id: randomUUID(), user_id: other.userId, expires_at }),
    sign_in_link: (tx) => insertSignInLink(tx, { sha256: randomBytes(32), user_id: other.userId, expires_at }),
  };
  expect(Object.keys(attempts).toSorted()).toEqual(tables.toSorted());
  for (const [table, attempt] of Object.entries(attempts))
    await expect(database.inTenant(own.organisationId, attempt), table).rejects.toThrow(/row-level security/);
});

test('Nothing of one tenant can be hung below what belongs to another', async () => {
  const [own, other] = [await makeTenant(), await makeTenant()];
  const environment = { id: randomUUID(), organisation_id: own.organisationId, key: 'x', name: 'x', production: false };
  await expect(
    database.inTenant(own.organisationId, (tx) => insertEnvironment(tx, { ...environment, project_id: other.projectId })),
  ).rejects.toThrow(/foreign key/);
  await expect(
    database.inTenant(own.organisationId, (tx) =>
      insertDelivery(tx, {
        id: randomUUID(),
        receiver: { id: other.receiverId, organisation_id: own.organisationId },
        ...message,
      }),
    ),
  ).rejects.toThrow(/foreign key/);
  await expect(
    database.inTenant(own.organisationId, (tx) =>
      insertSdkKey(tx, {
        id: randomUUID(),
        organisation_id: own.organisationId,
        project_id: own.projectId,
        environment_id: other.environmentId,
        name: 'x',
        kind: 'server',
        hint: 'h',
        sha256: randomBytes(32),
        allowed_origins: [],
        backfill_days: 0,
      }),
    ),
  ).rejects.toThrow(/foreign key/);
});
