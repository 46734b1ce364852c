import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createDatabase } from '@stitchd/db/postgres';
import * as platform from '@stitchd/db/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricsOf, newTenant, refusalOf, startTestEventService, type TestEventService } from './event-service.test-support.ts';
import { eventServiceLimits } from './limits.ts';

let service: TestEventService;
beforeAll(async () => {
  service = await startTestEventService();
});
afterAll(() => service.stop());

const eventsOf = (tenant: ReturnType<typeof newTenant>, idempotencyKey?: string) =>
  service.definitions(tenant.person, idempotencyKey);

const migrationFile = fileURLToPath(new URL('../../../packages/db/migrations/0010_event_definitions.sql', import.meta.url));

async function withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: service.database.url });
  await client.connect();
  return work(client).finally(() => client.end());
}

async function registerEnvironment({ person }: ReturnType<typeof newTenant>, environmentId: string): Promise<void> {
  const { organisationId = '', projectId = '' } = person;
  const database = createDatabase({ url: service.database.url, applicationName: 'test' });
  await database.inTenant(organisationId, (tx) => platform.registerEnvironment(tx, { organisationId, projectId, environmentId }));
  await database.close();
}

/** The event definitions that an environment's SDKs get. */
async function publishedIn(environmentId: string, inside?: pg.Client) {
  const read = async (client: pg.Client) => {
    const { rows } = await client.query<{ body: string }>(
      "select body from platform.definition where environment_id = $1 and kind = 'event' order by id",
      [environmentId],
    );
    const revisions = await client.query<{ revision: string }>(
      'select revision from platform.environment_revision where environment_id = $1',
      [environmentId],
    );
    return { revision: Number(revisions.rows[0]?.revision), bodies: rows.map(({ body }) => JSON.parse(body) as unknown) };
  };
  return inside === undefined ? withClient(read) : read(inside);
}

async function auditOf(organisationId: string | undefined) {
  const client = new pg.Client({ connectionString: service.database.url });
  await client.connect();
  const { rows } = await client.query<{ action: string; before: object | null; after: object | null }>(
    'select action, before, after from platform.audit where organisation_id = $1 order by id',
    [organisationId],
  );
  await client.end();
  return rows;
}

test('An event definition is made, read, changed under its version, and every change is in the audit', async () => {
  const tenant = newTenant();
  const made = await eventsOf(tenant).createEventDefinition({ key: 'purchase', valueType: 'double', description: 'Paid.' });
  expect(made).toMatchObject({ key: 'purchase', name: 'purchase', valueType: 'double', archived: false, version: 1 });
  expect(await eventsOf(tenant).getEventDefinition({ key: 'purchase' })).toEqual(made);
  const changed = await eventsOf(tenant).updateEventDefinition({ key: 'purchase', name: 'Purchase', ifVersion: 1 });
  expect(changed).toMatchObject({ name: 'Purchase', description: 'Paid.', version: 2 });
  expect(await auditOf(tenant.person.organisationId)).toMatchObject([
    { action: 'event.create', before: null, after: { key: 'purchase', version: 1 } },
    { action: 'event.update', before: { name: 'purchase' }, after: { name: 'Purchase', version: 2 } },
  ]);
});

test('A change of a version that is not current is refused with the current state, one without a version too', async () => {
  const tenant = newTenant();
  await eventsOf(tenant).createEventDefinition({ key: 'a', valueType: 'none' });
  const change = (ifVersion: number) => refusalOf(eventsOf(tenant).updateEventDefinition({ key: 'a', name: 'b', ifVersion }));
  expect((await change(7)).code).toBe('VERSION_MISMATCH');
  expect((await change(0)).code).toBe('PRECONDITION_REQUIRED');
  expect((await eventsOf(tenant).getEventDefinition({ key: 'a' })).version).toBe(1);
});

test('The same key twice is refused, in another project it is not', async () => {
  const tenant = newTenant();
  const make = (who: typeof tenant) => eventsOf(who).createEventDefinition({ key: 'signup', valueType: 'none' });
  await make(tenant);
  expect((await refusalOf(make(tenant))).code).toBe('ALREADY_EXISTS');
  await make(newTenant({ organisationId: tenant.person.organisationId ?? '' }));
});

test('A repeated request with the same idempotency key makes one definition', async () => {
  const tenant = newTenant();
  const key = randomUUID();
  const first = await eventsOf(tenant, key).createEventDefinition({ key: 'a', valueType: 'none' });
  expect(await eventsOf(tenant, key).createEventDefinition({ key: 'a', valueType: 'none' })).toEqual(first);
  expect((await refusalOf(eventsOf(tenant, key).createEventDefinition({ key: 'b', valueType: 'none' }))).code).toBe(
    'IDEMPOTENCY_KEY_REUSED',
  );
});

test('Nothing of another organisation is seen', async () => {
  const tenant = newTenant();
  await eventsOf(tenant).createEventDefinition({ key: 'secret', valueType: 'none' });
  const other = newTenant({ projectId: tenant.person.projectId ?? '' });
  expect((await refusalOf(eventsOf(other).getEventDefinition({ key: 'secret' }))).code).toBe('NOT_FOUND');
  expect((await eventsOf(other).listEventDefinitions({})).items).toEqual([]);
});

test('A list goes through all pages in the order of keys, and is searched by key and name', async () => {
  const tenant = newTenant();
  for (const key of ['c', 'a', 'e', 'b', 'd']) await eventsOf(tenant).createEventDefinition({ key, valueType: 'none' });
  const keys: string[] = [];
  for (let cursor = ''; ;) {
    const page = await eventsOf(tenant).listEventDefinitions({ page: { limit: 2, cursor } });
    keys.push(...page.items.map((item) => item.key));
    if (page.nextCursor === '') break;
    cursor = page.nextCursor;
  }
  expect(keys).toEqual(['a', 'b', 'c', 'd', 'e']);
  await eventsOf(tenant).createEventDefinition({ key: 'pay', name: '100% Payé', valueType: 'none' });
  const found = async (query: string) =>
    (await eventsOf(tenant).listEventDefinitions({ page: { query } })).items.map((item) => item.key);
  expect(await found('0% pay')).toEqual(['pay']);
  expect(await found('%')).toEqual(['pay']);
});

test('Wrong fields are named all at once', async () => {
  const tenant = newTenant();
  const wrong = { key: 'Not A Key', name: 'n'.repeat(201), description: 'd\0', valueType: 'text' };
  expect(await refusalOf(eventsOf(tenant).createEventDefinition(wrong))).toMatchObject({
    code: 'VALIDATION_FAILED',
    paths: ['key', 'name', 'description', 'valueType'],
  });
  await eventsOf(tenant).createEventDefinition({ key: 'a', name: 'n'.repeat(200), valueType: 'none' });
});

test('A definition says what an event needs; a schema can be replaced and taken away', async () => {
  const tenant = newTenant();
  const events = eventsOf(tenant);
  const propertiesSchema = { type: 'object', required: ['currency'], properties: { currency: { type: 'string' } } };
  const said = { unit: 'EUR', owner: 'Checkout team', requiredContexts: ['user', 'org'] };
  const made = await events.createEventDefinition({ key: 'a', valueType: 'integer', propertiesSchema, ...said });
  expect(made).toMatchObject({ ...said, valueType: 'integer', propertiesSchema });
  const kept = await events.updateEventDefinition({ key: 'a', owner: '', requiredContexts: { items: [] }, ifVersion: 1 });
  expect(kept).toMatchObject({ unit: 'EUR', owner: '', requiredContexts: [], propertiesSchema });
  const cleared = await events.updateEventDefinition({ key: 'a', clearPropertiesSchema: true, archived: true, ifVersion: 2 });
  expect(cleared).toMatchObject({ archived: true, unit: 'EUR' });
  expect(cleared.propertiesSchema).toBeUndefined();
  const restored = await events.updateEventDefinition({ key: 'a', archived: false, ifVersion: 3 });
  expect(restored).toMatchObject({ archived: false, version: 4 });
  const wrong = {
    key: 'b',
    valueType: 'none',
    unit: 'u'.repeat(eventServiceLimits.unitLength + 1),
    owner: 'o'.repeat(eventServiceLimits.ownerLength + 1),
    requiredContexts: ['', 'user', 'user', 'k'.repeat(101)],
    propertiesSchema: { pattern: '(?=a)' },
  };
  expect(await refusalOf(events.createEventDefinition(wrong))).toMatchObject({
    code: 'VALIDATION_FAILED',
    paths: ['unit', 'owner', 'requiredContexts/0', 'requiredContexts/2', 'requiredContexts/3', 'propertiesSchema/pattern'],
  });
  const kinds = Array.from({ length: eventServiceLimits.requiredContexts + 1 }, (_, index) => `k${index}`);
  expect(await refusalOf(events.createEventDefinition({ key: 'b', valueType: 'none', requiredContexts: kinds }))).toMatchObject({
    paths: ['requiredContexts'],
  });
  await events.createEventDefinition({ key: 'b', valueType: 'none', requiredContexts: kinds.slice(1) });
});

test('A definition is published into every environment of its project, also into one that is made later', async () => {
  const tenant = newTenant();
  const [first, later] = [tenant.person.environmentId ?? '', randomUUID()];
  await registerEnvironment(tenant, first);
  const events = eventsOf(tenant);
  await events.createEventDefinition({ key: 'signup', valueType: 'none', requiredContexts: ['user'] });
  const signup = { key: 'signup', valueType: 'none', requiredContexts: ['user'], archived: false };
  expect(await publishedIn(first)).toEqual({ revision: 1, bodies: [signup] });
  await registerEnvironment(tenant, later);
  expect(await publishedIn(later)).toEqual({ revision: 1, bodies: [signup] });
  await events.updateEventDefinition({ key: 'signup', name: 'Sign-up', ifVersion: 1 });
  expect(await publishedIn(later)).toEqual({ revision: 1, bodies: [signup] });
  await events.updateEventDefinition({ key: 'signup', archived: true, ifVersion: 2 });
  for (const environmentId of [first, later])
    expect(await publishedIn(environmentId)).toEqual({ revision: 2, bodies: [{ ...signup, archived: true }] });
});

test('A project that had definitions before they were published has them published by the migration', async () => {
  const tenant = newTenant();
  const environmentId = tenant.person.environmentId ?? '';
  await registerEnvironment(tenant, environmentId);
  await eventsOf(tenant).createEventDefinition({ key: 'purchase', valueType: 'double' });
  const { revision, bodies } = await publishedIn(environmentId);
  await withClient(async (client) => {
    // As it was before: no such column, no such type, nothing published.
    await client.query(`
      begin;
      delete from platform.schema_floor where migration = '0010_event_definitions';
      delete from platform.definition where kind = 'event';
      drop table event.environment_settings;
      alter table event.event_definition drop constraint event_definition_value_type_check,
        drop column unit, drop column properties_schema, drop column required_contexts, drop column owner;
      update event.event_definition set value_type = 'number';
      alter table event.event_definition add constraint event_definition_value_type_check check (value_type in ('none', 'number'));`);
    const [up = ''] = (await readFile(migrationFile, 'utf8')).split('-- Down Migration');
    await client.query(up);
    expect(await publishedIn(environmentId, client)).toEqual({ revision: revision + 1, bodies });
    await client.query('rollback');
  });
});

test('A project takes as many event definitions, and metrics, as the limit says, and not one more', async () => {
  const tenant = newTenant();
  const { definitionsPerProject } = eventServiceLimits;
  await eventsOf(tenant).createEventDefinition({ key: 'signup', valueType: 'none' });
  const metric = (key: string) =>
    metricsOf(service, tenant.person).createMetric({ key, definition: { type: 'conversion', event: 'signup' } });
  await metric('first');
  await multiply('event.event_definition', tenant.person.projectId, definitionsPerProject - 2);
  await multiply('event.metric', tenant.person.projectId, definitionsPerProject - 2);
  await eventsOf(tenant).createEventDefinition({ key: 'last', valueType: 'none' });
  await metric('last');
  const refused = { code: 'VALIDATION_FAILED', detail: expect.stringContaining(String(definitionsPerProject)) };
  expect(await refusalOf(eventsOf(tenant).createEventDefinition({ key: 'more', valueType: 'none' }))).toMatchObject(refused);
  expect(await refusalOf(metric('more'))).toMatchObject(refused);
});

/** Copies the one row of a project, under further ids and keys. */
async function multiply(table: 'event.event_definition' | 'event.metric', projectId: string | undefined, copies: number) {
  const client = new pg.Client({ connectionString: service.database.url });
  await client.connect();
  await client.query(
    `insert into ${table} select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(), 'key', 'copy-' || number))).*
     from ${table} as one, generate_series(1, $2) as number where one.project_id = $1`,
    [projectId, copies],
  );
  await client.end();
}

test('Who may only read changes nothing', async () => {
  const tenant = newTenant({ role: 'viewer' });
  expect((await refusalOf(eventsOf(tenant).createEventDefinition({ key: 'a', valueType: 'none' }))).code).toBe(
    'PERMISSION_DENIED',
  );
  expect((await eventsOf(tenant).listEventDefinitions({})).items).toEqual([]);
});
