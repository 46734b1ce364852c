import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  defineEvents,
  metricsOf,
  newTenant,
  refusalOf,
  startTestEventService,
  type Tenant,
  type TestEventService,
} from './event-service.test-support.ts';
import { eventServiceLimits } from './limits.ts';

let service: TestEventService;
beforeAll(async () => {
  service = await startTestEventService();
});
afterAll(() => service.stop());

/** A tenant with `purchase`, which carries a number, and `signup`, which does not. */
async function shop(): Promise<{ readonly tenant: Tenant; readonly metrics: ReturnType<typeof metricsOf> }> {
  const tenant = newTenant();
  await defineEvents(service, tenant);
  return { tenant, metrics: metricsOf(service, tenant.person) };
}

async function sql<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: service.database.url });
  await client.connect();
  const { rows } = await client.query<Row>(text, [...values]);
  await client.end();
  return rows;
}

test('A metric is completed when it is made, and what changes numbers makes a new version of it', async () => {
  const { tenant, metrics } = await shop();
  const made = await metrics.createMetric({ key: 'revenue', definition: { type: 'sum', event: 'purchase' } });
  const complete = { type: 'sum', event: 'purchase', direction: 'increase', windowHours: 168, delayHours: 0 };
  expect(made).toMatchObject({ name: 'revenue', type: 'sum', definition: complete, definitionVersion: 1, version: 1 });

  const named = await metrics.updateMetric({ key: 'revenue', name: 'Revenue', definition: complete, ifVersion: 1 });
  expect(named).toMatchObject({ name: 'Revenue', definitionVersion: 1, version: 2 });
  const capped = { ...complete, direction: 'decrease', cap: { kind: 'value', value: 100 } };
  const changed = await metrics.updateMetric({ key: 'revenue', definition: capped, ifVersion: 2 });
  expect(changed).toMatchObject({ definition: capped, direction: 'decrease', definitionVersion: 2, version: 3 });

  expect(await metrics.getMetric({ key: 'revenue' })).toMatchObject({ name: 'Revenue', definitionVersion: 2 });
  const first = await metrics.getMetric({ key: 'revenue', definitionVersion: 1 });
  expect(first).toMatchObject({ name: 'Revenue', definition: complete, direction: 'increase', definitionVersion: 1 });
  expect(first.definition).not.toHaveProperty('cap');
  expect(await refusalOf(metrics.getMetric({ key: 'revenue', definitionVersion: 3 }))).toMatchObject({ code: 'NOT_FOUND' });
  const versions = await metrics.listMetricVersions({ key: 'revenue', page: { limit: 1 } });
  expect(versions.items).toMatchObject([{ number: 2, definition: capped }]);
  const rest = await metrics.listMetricVersions({ key: 'revenue', page: { cursor: versions.nextCursor } });
  expect(rest.items).toMatchObject([{ number: 1, definition: complete }]);

  const audit = await sql(
    'select action, before, after from platform.audit where organisation_id = $1 and action ~ $2 order by id',
    [tenant.person.organisationId, '^metric'],
  );
  expect(audit).toMatchObject([
    { action: 'metric.create', after: { definitionVersion: 1 } },
    { action: 'metric.update', before: { name: 'revenue' }, after: { name: 'Revenue', definitionVersion: 1 } },
    { action: 'metric.update', before: { definitionVersion: 1 }, after: { definitionVersion: 2, definition: capped } },
  ]);
});

test('What is wrong with a definition is told by its place, events that are missing or carry no value among it', async () => {
  const { metrics } = await shop();
  const refused = (definition: object) =>
    refusalOf(metrics.createMetric({ key: 'm', definition: definition as Record<string, never> }));
  expect(await refused({ type: 'sum' })).toMatchObject({ code: 'VALIDATION_FAILED', paths: ['/definition/event'] });
  expect(await refused({ type: 'median', event: 'purchase' })).toMatchObject({ paths: ['/definition/type'] });
  expect(await refused({ type: 'sum', event: 'signup' })).toMatchObject({ paths: ['/definition/event'] });
  const filter = { property: 'page', operator: '=', value: 'a\0b' };
  expect(await refused({ type: 'count', event: 'signup', filter })).toMatchObject({ paths: ['/definition/filter/value'] });
  const steps = [{ event: 'signup' }, { event: 'nothing' }, { event: 'neither' }];
  expect(await refused({ type: 'funnel', steps })).toMatchObject({
    code: 'VALIDATION_FAILED',
    paths: ['/definition/steps/1/event', '/definition/steps/2/event'],
  });
  expect((await refusalOf(metrics.createMetric({ key: 'm' }))).paths).toEqual(['/definition']);
  expect(await refusalOf(metrics.createMetric({ key: 'No Key', name: 'n'.repeat(201) }))).toMatchObject({
    paths: ['key', 'name', '/definition'],
  });
  // A number among the properties needs no value.
  await metrics.createMetric({ key: 'm', definition: { type: 'sum', event: 'signup', property: 'seats' } });
  expect(await refusalOf(metrics.createMetric({ key: 'm', definition: { type: 'count', event: 'signup' } }))).toMatchObject({
    code: 'ALREADY_EXISTS',
  });
});

test('A list leaves out what is archived, and is filtered by type, event and direction', async () => {
  const { metrics } = await shop();
  const make = (key: string, definition: Record<string, never>) => metrics.createMetric({ key, definition });
  await make('a', { type: 'count', event: 'signup' } as never);
  await make('b', { type: 'sum', event: 'purchase', direction: 'decrease' } as never);
  const funnel = await make('c', { type: 'funnel', steps: [{ event: 'signup' }, { event: 'purchase' }] } as never);
  const keys = async (filter: object) => (await metrics.listMetrics(filter)).items.map(({ key }) => key);
  expect(await keys({})).toEqual(['a', 'b', 'c']);
  expect(await keys({ eventKey: 'purchase' })).toEqual(['b', 'c']);
  expect(await keys({ type: 'sum' })).toEqual(['b']);
  expect(await keys({ direction: 'increase' })).toEqual(['a', 'c']);
  expect(await refusalOf(metrics.listMetrics({ type: 'median' }))).toMatchObject({ paths: ['type'] });
  await metrics.updateMetric({ key: 'c', archived: true, ifVersion: funnel.version });
  expect(await keys({})).toEqual(['a', 'b']);
  expect(await keys({ archived: true })).toEqual(['c']);
});

test('A metric has as many versions as the limit says, and not one more', async () => {
  const { tenant, metrics } = await shop();
  const definition = { type: 'count', event: 'signup' } as const;
  await metrics.createMetric({ key: 'm', definition });
  const { versionsPerMetric } = eventServiceLimits;
  const change = (windowHours: number) =>
    metrics.updateMetric({ key: 'm', definition: { ...definition, windowHours }, ifVersion: 1 });
  await sql('update event.metric set definition_version = $2 where project_id = $1', [
    tenant.person.projectId,
    versionsPerMetric - 1,
  ]);
  await sql('update event.metric_version set number = $2 where organisation_id = $1', [
    tenant.person.organisationId,
    versionsPerMetric - 1,
  ]);
  expect(await change(1)).toMatchObject({ definitionVersion: versionsPerMetric });
  const refused = await refusalOf(
    metrics.updateMetric({ key: 'm', definition: { ...definition, windowHours: 2 }, ifVersion: 2 }),
  );
  expect(refused).toMatchObject({ code: 'VALIDATION_FAILED', detail: expect.stringContaining('at most 500 versions') });
});

const migrationFile = fileURLToPath(new URL('../../../packages/db/migrations/0011_metrics.sql', import.meta.url));
const dayMs = 86_400_000;
const storeTime = (epochMs: number): string => new Date(epochMs).toISOString().replace('T', ' ').replace('Z', '');

/** Events as they are stored: [unit, event, when, value]. */
async function store(tenant: Tenant, events: readonly (readonly [string, string, number, number?, object?])[]): Promise<void> {
  const rows = events.map(([unit, event, atMs, value = 0, properties]) => ({
    item_id: randomUUID(),
    environment_id: tenant.person.environmentId,
    at: storeTime(atMs),
    skew_ms: 0,
    accepted_at: storeTime(atMs),
    stored_at: storeTime(atMs),
    units: { user: unit },
    event,
    value,
    properties: properties === undefined ? '' : JSON.stringify(properties),
  }));
  // Twice: what is there in several copies counts once.
  for (const token of ['once', 'again'])
    await service.events.store.insertRows('event', rows, { token: `${randomUUID()}-${token}` });
}

test('A preview gives the metric of each day over who was there, its volume, and the statement with its parameters', async () => {
  const { tenant, metrics } = await shop();
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  await store(tenant, [
    ['a', 'purchase', today - dayMs, 10, { plan: 'pro' }],
    ['a', 'purchase', today - dayMs + 5, 20, { plan: 'pro' }],
    ['b', 'purchase', today - 1, 6, { plan: 'free' }],
    ['c', 'signup', today - 2],
    ['c', 'signup', today - 3 * dayMs],
    ['a', 'purchase', today - 3 * dayMs, 99, { plan: 'pro' }],
    ['outside', 'purchase', today - 3 * dayMs - 1, 1_000, { plan: 'pro' }],
  ]);
  const filter = { property: 'plan', operator: '=', value: 'pro' };
  const definition = { type: 'sum', event: 'purchase', filter } as never;
  const preview = await metrics.previewMetric({ definition, days: 4 });
  expect(preview.days.map(({ value, events, units, activeUnits }) => [value, events, units, activeUnits])).toEqual([
    [49.5, 1, 1, 2],
    [undefined, 0, 0, 0],
    [10, 2, 1, 3],
    [undefined, 0, 0, 0],
  ]);
  expect(preview.days.map(({ complete }) => complete)).toEqual([true, true, true, false]);
  expect(preview).toMatchObject({ events: 3, units: 1, unitKind: 'user', eventsWithoutData: [] });
  // The statement runs as it is shown.
  const rows = await service.events.store.query<{ value: number }>({
    environmentId: tenant.person.environmentId ?? '',
    sql: preview.sql,
    params: preview.parameters ?? {},
  });
  expect(rows.map(({ value }) => value)).toContain(49.5);

  const valueOf = async (other: object) => (await metrics.previewMetric({ definition: other as never, days: 4 })).days[2]?.value;
  expect(await valueOf({ type: 'conversion', event: 'purchase' })).toBeCloseTo(2 / 3, 12);
  const ratio = {
    type: 'ratio',
    numerator: { type: 'sum', event: 'purchase' },
    denominator: { type: 'count', event: 'purchase' },
  };
  expect(await valueOf(ratio)).toBe(12);
  expect(await valueOf({ type: 'quantile', level: 0.5, per: 'event', event: 'purchase' })).toBe(10);
  expect(await valueOf({ type: 'quantile', level: 0.5, per: 'unit', measure: { type: 'sum', event: 'purchase' } })).toBe(6);
  expect(await valueOf({ type: 'funnel', steps: [{ event: 'purchase' }, { event: 'purchase' }] })).toBeCloseTo(1 / 3, 12);
  const retention = await metrics.previewMetric({
    definition: { type: 'retention', event: 'purchase', fromDays: 2, toDays: 3 },
    days: 4,
  });
  expect(retention.days.map(({ value, complete }) => [value, complete])).toEqual([
    [0.5, true],
    [undefined, false],
    [0, false],
    [undefined, false],
  ]);
});

test('A preview names what it can not show: an event that is not defined, one without data, days out of bounds', async () => {
  const { tenant, metrics } = await shop();
  await metrics.createMetric({ key: 'signups', definition: { type: 'count', event: 'signup' } });
  const usual = await metrics.previewMetric({ key: 'signups' });
  expect(usual.days).toHaveLength(14);
  expect(usual).toMatchObject({ events: 0, units: 0, eventsWithoutData: ['signup'] });
  const preview = (request: object) => refusalOf(metrics.previewMetric(request));
  expect(await preview({ definition: { type: 'count', event: 'nothing' } })).toMatchObject({ paths: ['/definition/event'] });
  expect(await preview({ key: 'nothing' })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await preview({})).toMatchObject({ paths: ['/definition'] });
  expect(await preview({ key: 'signups', days: 91 })).toMatchObject({ paths: ['days'] });
  expect((await metrics.previewMetric({ key: 'signups', days: 90 })).days).toHaveLength(90);
  // Another environment's events are not seen.
  await store(newTenant(), [['a', 'signup', Date.now() - 1]]);
  expect(await metrics.previewMetric({ key: 'signups' })).toMatchObject({ events: 0 });
  await store(tenant, [['a', 'signup', Date.now() - 1]]);
  expect(await metrics.previewMetric({ key: 'signups' })).toMatchObject({ events: 1, units: 1, eventsWithoutData: [] });
});

test('Metrics from before there were versions are carried over, as the first version that whatever ran is measured by', async () => {
  const { tenant, metrics } = await shop();
  await metrics.createMetric({ key: 'revenue', definition: { type: 'sum', event: 'purchase', windowHours: 24 } });
  const { organisationId, projectId, environmentId } = tenant.person;
  const iterationId = randomUUID();
  const client = new pg.Client({ connectionString: service.database.url });
  await client.connect();
  // As it was before.
  await client.query(`
    begin;
    delete from platform.schema_floor where migration = '0011_metrics';
    alter table experiment.experiment drop column metric_versions, add column metric_keys text[];
    alter table experiment.iteration drop column metric_versions;
    drop table event.metric_version;
    alter table event.metric drop column archived, drop column definition_version, drop column event_keys,
      add column event_key text, add column window_hours integer;
    delete from event.metric where project_id <> '${projectId}';
    update event.metric set type = 'mean', event_key = 'purchase', window_hours = 24;
    alter table event.metric add constraint metric_type_check check (type in ('conversion', 'mean'));
    insert into experiment.experiment (id, organisation_id, project_id, environment_id, key, name, hypothesis, state, flag_key,
      rule_id, assignment, baseline_variant, arms, metric_keys, unit_kind, alpha, iteration_id, iteration_number, started_at)
    values ('${iterationId}', '${organisationId}', '${projectId}', '${environmentId}', 'e', 'E', '', 'running', 'f', '', 'split',
      'a', '[]', '{revenue,gone}', 'user', 0.05, '${iterationId}', 1, now());
    insert into experiment.iteration (id, organisation_id, experiment_id, number, split_id, salt, started_at)
    values ('${iterationId}', '${organisationId}', '${iterationId}', 1, 's', '0', now());`);
  await client.query(await readFile(migrationFile, 'utf8'));
  const { rows } = await client.query(
    `select metric.type, metric.event_keys, metric.definition_version, version.number, version.definition, iteration.metric_versions
     from event.metric join event.metric_version as version on version.metric_id = metric.id, experiment.iteration`,
  );
  await client.query('rollback');
  await client.end();
  expect(rows).toEqual([
    {
      type: 'sum',
      event_keys: ['purchase'],
      definition_version: 1,
      number: 1,
      definition: { type: 'sum', event: 'purchase', direction: 'increase', windowHours: 24, delayHours: 0 },
      metric_versions: [
        { key: 'revenue', version: 1 },
        { key: 'gone', version: 1 },
      ],
    },
  ]);
});
