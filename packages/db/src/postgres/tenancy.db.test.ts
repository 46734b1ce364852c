import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';

// What holds for every table and function of the schema, whoever adds one.

const schemas = ['platform', 'auth', 'flag', 'segment', 'event', 'experiment', 'stats'];

/** Tables that hold nothing of a tenant, with the reason. A new one is a reviewed decision. */
const withoutTenant: Readonly<Record<string, string>> = {
  'event.spool_replica': 'how old what waits in each replica of event-service is, of all tenants together',
  'platform.schema_floor': 'says which programs the schema allows, to programs that have no tenant yet',
  'auth.signing_key': 'one key signs for the whole installation; its private half is encrypted',
};

/**
 * What may be found before the tenant is known: functions that run as stitchd_lookup and answer ids and hashes only.
 * A new one is a reviewed decision.
 */
const lookUps: readonly string[] = [
  'auth.claim_delivery(lease_ms integer, token uuid)',
  'auth.delivery_figures()',
  'auth.find_api_token(hash bytea)',
  'auth.find_login(wanted_email text)',
  'auth.find_sdk_key(hash bytea)',
  'auth.find_session(refresh_hash bytea)',
  'auth.find_sign_in_link(hash bytea)',
  'auth.first_owner()',
  'auth.invalidated_since(keys_since timestamp with time zone, sessions_since timestamp with time zone)',
  'auth.organisations_of(person uuid)',
  'event.claim_job(lease_ms integer, token uuid, kinds text[])',
  'event.claim_retention_sweeps(lease_ms integer, token uuid, most integer)',
  'event.erasure_figures(overdue_hours integer)',
  'experiment.claim_saga(lease_ms integer)',
  'experiment.due_holdouts(most integer)',
  'platform.changed_environments(since timestamp with time zone)',
  'platform.organisations_to_tell(most integer)',
  'platform.organisations_with_old_rows(tombstone_days integer, idempotency_hours integer, outbox_days integer)',
  'platform.tenant_of_environment(environment uuid)',
  'segment.lists_with_expired_keys(keys_looked_at integer)',
  'stats.claim_job(lease_ms integer, token uuid, head_start_ms integer)',
  'stats.claim_schedule(lease_ms integer)',
  'stats.queue_figures()',
];

let store: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  store = await createTestDatabase();
  client = new pg.Client({ connectionString: store.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await store.drop();
});

async function rowsOf<T extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly T[]> {
  return (await client.query<T>(text, [...values])).rows;
}

test('Every table is under row-level security, forced, except those that hold nothing of a tenant', async () => {
  const tables = await rowsOf<{ name: string; secured: boolean; policies: number }>(
    `select n.nspname || '.' || c.relname as name, c.relrowsecurity and c.relforcerowsecurity as secured,
            (select count(*) from pg_policy p where p.polrelid = c.oid)::int as policies
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind in ('r', 'p', 'f', 'm', 'v')`,
    [schemas],
  );
  expect(tables.length).toBeGreaterThan(15);
  const open = tables.filter(({ secured, policies }) => !secured || policies === 0).map(({ name }) => name);
  expect(open.toSorted()).toEqual(Object.keys(withoutTenant).toSorted());
});

test('No table lies outside the schemas of the owners, but for the list of migrations', async () => {
  const strays = await rowsOf<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm') and n.nspname !~ '^(pg_|information_schema)' and not n.nspname = any($1)`,
    [schemas],
  );
  expect(strays.map(({ name }) => name)).toEqual(['public.schema_migration']);
});

test('The functions that look beyond a tenant are these, owned by a role that can do nothing else', async () => {
  const functions = await rowsOf<{ signature: string; owner: string; open: boolean; path: string[] | null }>(
    `select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as signature,
            pg_get_userbyid(p.proowner) as owner, has_function_privilege('public', p.oid, 'execute') as open,
            p.proconfig as path
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where p.prosecdef and n.nspname !~ '^(pg_|information_schema)'`,
  );
  expect(functions.map(({ signature }) => signature).toSorted()).toEqual(lookUps);
  for (const { signature, owner, open, path } of functions) {
    expect({ signature, owner, open, path }).toEqual({
      signature,
      owner: 'stitchd_lookup',
      open: false,
      path: ['search_path=pg_catalog'],
    });
  }
});

test('The role of the services and that of the look-ups own no table, bypass nothing and can not sign in', async () => {
  const roles = await rowsOf(
    `select rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb,
            (select count(*) from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p', 'v'))::int as tables
     from pg_roles r where rolname in ('stitchd_app', 'stitchd_lookup') order by rolname`,
  );
  const harmless = {
    rolsuper: false,
    rolbypassrls: false,
    rolcanlogin: false,
    rolcreaterole: false,
    rolcreatedb: false,
    tables: 0,
  };
  expect(roles).toEqual([
    { rolname: 'stitchd_app', ...harmless },
    { rolname: 'stitchd_lookup', ...harmless },
  ]);
});

test('A policy that shows all rows is for look-ups only', async () => {
  const policies = await rowsOf<{ name: string; roles: string[] }>(
    `select schemaname || '.' || tablename || '.' || policyname as name, roles::text[] as roles
     from pg_policies where schemaname = any($1) and (qual = 'true' or with_check = 'true')`,
    [schemas],
  );
  expect(policies.filter(({ roles }) => roles.join() !== 'stitchd_lookup')).toEqual([]);
  expect(policies.length).toBeGreaterThan(0);
});
