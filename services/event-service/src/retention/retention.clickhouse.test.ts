import { randomBytes, randomUUID } from 'node:crypto';
import type { JsonObject } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { uuidv7 } from '@stitchd/core';
import { EventStoreFailure } from '@stitchd/db/clickhouse';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { createLogger } from '@stitchd/service-kit';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  newTenant,
  refusalOf,
  startTestEventService,
  type Tenant,
  type TestEventService,
} from '../event-service.test-support.ts';
import type { RunningExperiment } from '../experiments/running-experiments.ts';
import { retentionLimits } from './retention-limits.ts';
import { sweepEnvironments, type SweepParts } from './sweep-environments.ts';

let service: TestEventService;
let database: Database;
beforeAll(async () => {
  service = await startTestEventService();
  database = createDatabase({ url: service.database.url, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await service.stop();
});

const dayMs = 86_400_000;
const environmentOf = ({ person }: Tenant): string => person.environmentId ?? '';

const counted: { forgotten: unknown[]; swept: unknown[] } = { forgotten: [], swept: [] };
const sweep = (more: Partial<SweepParts> = {}) => {
  const parts: SweepParts = {
    database,
    store: service.events.store,
    runningExperiments: async () => [],
    metrics: {
      forgotten: (table, rows) => counted.forgotten.push([table, rows]),
      sweptForOldRows: (swept) => counted.swept.push(swept),
    },
    newId: randomUUID,
    nowMs: Date.now,
    log: createLogger('silent'),
    ...more,
  };
  return sweepEnvironments(parts, new AbortController().signal);
};

async function environmentWith(change: JsonObject): Promise<Tenant> {
  const tenant = newTenant();
  const { organisationId = '', projectId = '' } = tenant.person;
  await database.inTenant(organisationId, (tx) =>
    sql`insert into platform.environment_revision (environment_id, organisation_id, project_id)
      values (${environmentOf(tenant)}, ${organisationId}, ${projectId})`.execute(tx),
  );
  await service.services.as(tenant.person, EventSettings).updateEventSettings({ change, ifVersion: 1 });
  return tenant;
}

const timeText = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

/** Rows as they lie in the store when their time has passed: one for each age in days. */
async function store(tenant: Tenant, table: 'event' | 'exposure' | 'identify', ages: readonly number[], skewDays = 0) {
  const rows = ages.map((days) => {
    const happenedMs = Date.now() - days * dayMs;
    const [at, accepted] = [happenedMs - skewDays * dayMs, happenedMs];
    return {
      environment_id: environmentOf(tenant),
      item_id: uuidv7(happenedMs, randomBytes(10)),
      at: timeText(at),
      skew_ms: skewDays * dayMs,
      accepted_at: timeText(accepted),
      units: { user: `day-${days}` },
    };
  });
  await service.events.store.insertRows(table, rows, { token: randomUUID() });
}

/** The units of a table's rows, which say how old they are. */
async function keptIn(tenant: Tenant, table: string): Promise<readonly string[]> {
  const rows = await service.events.store.query<{ user: string }>({
    environmentId: environmentOf(tenant),
    sql: `SELECT units['user'] AS user FROM ${table} WHERE environment_id = {environmentId:UUID} ORDER BY user`,
  });
  return rows.map(({ user }) => user);
}

const nextIn = async (tenant: Tenant): Promise<number> =>
  database.inTenant(tenant.person.organisationId ?? '', async (tx) => {
    const { rows } = await sql<{ ms: number }>`
      select (extract(epoch from due_at - clock_timestamp()) * 1000)::float8 as ms from event.retention_sweep`.execute(tx);
    return rows[0]?.ms ?? 0;
  });

test('Rows go when they are older than the days of their environment and table, all with one deletion a table, and others stay', async () => {
  const own = await environmentWith({ retention: { event: 10, identify: 400 } });
  const usual = await environmentWith({ strict: true });
  for (const tenant of [own, usual])
    for (const table of ['event', 'exposure', 'identify'] as const) await store(tenant, table, [9, 11, 399, 401, 760, 762]);
  // Its sender's clock was five days behind.
  await store(own, 'event', [8], 5);
  expect(await sweep()).toBe(2);
  expect(await keptIn(own, 'event')).toEqual(['day-8', 'day-9']);
  expect(await keptIn(own, 'identify')).toEqual(['day-11', 'day-399', 'day-9']);
  const young = ['day-11', 'day-399', 'day-401', 'day-760', 'day-9'];
  for (const kept of [keptIn(own, 'exposure'), ...['event', 'exposure', 'identify'].map((table) => keptIn(usual, table))])
    expect(await kept).toEqual(young);
  const deletions = await service.events.store.systemQuery<{ table: string }>(
    'SELECT table FROM system.mutations WHERE database = currentDatabase() ORDER BY table',
  );
  expect(deletions.map(({ table }) => table)).toEqual(['event', 'exposure', 'identify']);
  // As operators see it: of each environment 5 and 1 events, 1 exposure, 3 and 1 links.
  const forgotten = ['event', 'exposure', 'identify'].flatMap((table) => [
    [table, { event: 5, exposure: 1, identify: 3 }[table]],
    [table, 1],
  ]);
  expect(counted.forgotten).toEqual(expect.arrayContaining(forgotten));
  expect(counted.swept).toContainEqual({ environments: 2, failed: 0 });
});

test('A link between keys goes when nothing has shown it for the days of its environment; one that still shows stays', async () => {
  const tenant = await environmentWith({ retention: { identity_link: 30 } });
  const shown = (days: number, device: string) => {
    const happenedMs = Date.now() - days * dayMs;
    const time = timeText(happenedMs);
    const id = uuidv7(happenedMs, randomBytes(10));
    return {
      environment_id: environmentOf(tenant),
      item_id: id,
      at: time,
      accepted_at: time,
      units: { user: 'u', device },
    };
  };
  const rows = [shown(400, 'once'), shown(400, 'still'), shown(29, 'still'), shown(29, 'lately')];
  await service.events.store.insertRows('event', rows, { token: randomUUID() });
  const usage = { flag: 'checkout', variant: 'on', reason: 'SPLIT', evaluations: 3, from_at: timeText(Date.now()) };
  await service.events.store.insertRows(
    'flag_usage',
    [1, 2].map(() => ({ ...usage, environment_id: environmentOf(tenant), item_id: randomUUID() })),
    { token: randomUUID() },
  );
  const links = async () => {
    const sql = `SELECT device FROM (SELECT ['once', 'still', 'lately'] AS names, arrayJoin(names) AS device)
      WHERE cityHash64('device', device) IN (SELECT uid FROM identity_link WHERE environment_id = {environmentId:UUID} AND kind = 'device') ORDER BY device`;
    return (await service.events.store.query<{ device: string }>({ environmentId: environmentOf(tenant), sql })).map(
      ({ device }) => device,
    );
  };
  expect(await links()).toEqual(['lately', 'once', 'still']);
  expect(await sweep()).toBe(1);
  expect(await links()).toEqual(['lately', 'still']);
  // The same look rolls up usage, before the engine forgets its summaries.
  const rolled = await service.events.store.query<{ evaluations: number }>({
    environmentId: environmentOf(tenant),
    sql: 'SELECT max(evaluations) AS evaluations FROM flag_usage_hour WHERE environment_id = {environmentId:UUID}',
  });
  expect(rolled).toEqual([{ evaluations: 6 }]);
});

test('An environment is looked through once a day, by one of two replicas', async () => {
  const tenant = await environmentWith({ retention: { event: 10 } });
  await store(tenant, 'event', [9, 11]);
  const taken = await Promise.all([sweep(), sweep()]);
  expect(Math.max(...taken)).toBe(1);
  expect(Math.min(...taken)).toBe(0);
  expect(await keptIn(tenant, 'event')).toEqual(['day-9']);
  expect(await nextIn(tenant)).toBeGreaterThan(retentionLimits.sweepMs - 60_000);
  expect(await sweep()).toBe(0);
});

test('What an experiment that runs counts is kept, however long it runs', async () => {
  const tenant = await environmentWith({ retention: { exposure: 10 } });
  await store(tenant, 'exposure', [9, 11, 15, 21]);
  const running: RunningExperiment = {
    key: 'long',
    unitKind: 'user',
    metricKeys: [],
    fromMs: Date.now() - 20 * dayMs,
    isStopped: false,
  };
  expect(await sweep({ runningExperiments: async () => [running] })).toBe(1);
  expect(await keptIn(tenant, 'exposure')).toEqual(['day-11', 'day-15', 'day-9']);
});

test('Where a store or a neighbour does not answer nothing goes, and it is tried again soon', async () => {
  const tenant = await environmentWith({ retention: { event: 10 } });
  await store(tenant, 'event', [11]);
  const away = new EventStoreFailure({ kind: 'unavailable', reason: 'away' }, undefined);
  expect(await sweep({ runningExperiments: () => Promise.reject(away) })).toBe(1);
  expect(await keptIn(tenant, 'event')).toEqual(['day-11']);
  expect(await nextIn(tenant)).toBeLessThanOrEqual(retentionLimits.retryMs);
  expect(counted.swept.at(-1)).toEqual({ environments: 1, failed: 1 });
});

test('Fewer days than an experiment counts whose results are not final are refused, with its name; more, or as many as before, are not', async () => {
  const tenant = await environmentWith({ retention: { event: 400 } });
  // It looks at the 14 days before, and was stopped: its last results will read all of it.
  const startedAt = timestampFromMs(Date.now() - 6 * dayMs);
  const analysis = { adjustment: 'on', prePeriodDays: 14 };
  service.running.push({
    key: 'long',
    state: 'stopped',
    environmentId: environmentOf(tenant),
    unitKind: 'user',
    startedAt,
    analysis,
  });
  const settings = service.services.as(tenant.person, EventSettings);
  const keep = (days: number, ifVersion = 2) =>
    settings.updateEventSettings({ change: { retention: { event: days } }, ifVersion });
  const refused = await refusalOf(keep(19));
  expect(refused).toMatchObject({ code: 'EXPERIMENTS_RUNNING', detail: expect.stringContaining('19 days of event') as string });
  expect(refused.detail).toContain('long');
  expect(await keep(21)).toMatchObject({ retention: { event: 21 }, version: 3 });
  service.running.length = 0;
  expect(await keep(1, 3)).toMatchObject({ retention: { event: 1 } });
});
