import { randomUUID } from 'node:crypto';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { UnitErasure } from '@stitchd/proto/event/v1/erasure';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { EventJobs } from '@stitchd/proto/event/v1/job';
import { sql } from 'kysely';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  defineEvents,
  exposed,
  newTenant,
  purchase,
  refusalOf,
  send,
  startTestEventService,
  testSecretKey,
  type Tenant,
  type TestEventService,
} from '../event-service.test-support.ts';
import { eventJobQueue } from '@stitchd/db/event';
import { createLogger } from '@stitchd/service-kit';
import { jobLimits } from '../jobs/job-limits.ts';
import { runJob } from '../jobs/run-job.ts';
import { eraseUnits } from './erase-units.ts';
import { erasureJobKind } from './erasure-job.ts';
import { erasureLimits } from './erasure-limits.ts';
import { createSealedNames } from './sealed-names.ts';

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

const soon = { timeout: 30_000 };
const often = { ...soon, interval: 20 };
const log = createLogger('silent');
const sealedNames = createSealedNames(testSecretKey, () => new Uint8Array(12));
const erasing = ({ person }: Tenant) => service.services.as(person, UnitErasure);
const jobOf = ({ person }: Tenant, id: string) => service.services.as(person, EventJobs).getJob({ id });
const inTenant = <T>({ person }: Tenant, query: ReturnType<typeof sql<T>>) =>
  database.inTenant(person.organisationId ?? '', (tx) => query.execute(tx));

async function newProject(hashedKinds: readonly string[] = []): Promise<Tenant> {
  const tenant = newTenant();
  await defineEvents(service, tenant);
  if (hashedKinds.length > 0)
    await service.services
      .as(tenant.person, EventSettings)
      .updateEventSettings({ change: { hashedKinds: [...hashedKinds] }, ifVersion: 1 });
  return tenant;
}

/** The units of an environment's rows, each as JSON. */
async function unitsIn({ person }: Tenant): Promise<readonly string[]> {
  const rows = await service.events.store.query<{ units: object }>({
    environmentId: person.environmentId ?? '',
    sql: ['event', 'exposure']
      .map((table) => `SELECT units FROM ${table} WHERE environment_id = {environmentId:UUID}`)
      .join(' UNION ALL '),
  });
  return rows.map(({ units }) => JSON.stringify(units)).toSorted();
}

/** As if the time had passed that a job waits for: for spools, and to be sure of what is derived. */
async function letTimePass(tenant: Tenant): Promise<void> {
  await inTenant(
    tenant,
    sql`update event.erasure set requested_at = requested_at - interval '1 hour', clean_since = clean_since - interval '1 hour'`,
  );
  await inTenant(tenant, sql`update event.job set due_at = now() where state = 'waiting'`);
}

/** One more worker, which does not wait for its next look. */
async function workNow(): Promise<void> {
  const parts = { database, store: service.events.store, sealedNames, nowMs: Date.now, log };
  const queue = eventJobQueue([erasureJobKind]);
  const lease = await queue.claim(database, randomUUID(), jobLimits.leaseMs);
  if (lease !== undefined)
    await runJob({ database, queue, handlers: [eraseUnits(parts)], log }, lease, new AbortController().signal);
}

async function untilDone(tenant: Tenant, jobId: string) {
  await expect
    .poll(async () => {
      await letTimePass(tenant);
      await workNow();
      return (await jobOf(tenant, jobId)).state;
    }, often)
    .toBe('succeeded');
  return jobOf(tenant, jobId);
}

const wholeNumbers = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

test('Every row that names the unit goes, whatever else it names; the others stay; and the job says when that was proven', async () => {
  const [tenant, other] = [await newProject(), await newProject()];
  for (const each of [tenant, other])
    await send(service, each.serverKey, [
      purchase({ context: { user: 'anna', device: 'd-1' } }),
      exposed({ context: { user: 'anna' } }),
      purchase({ context: { user: 'bert', device: 'd-2' } }),
      // The key of one kind says nothing of another.
      purchase({ context: { device: 'anna' } }),
      exposed({ context: { device: 'd-1', user: 'carla' } }),
    ]);
  for (const each of [tenant, other]) await expect.poll(async () => (await unitsIn(each)).length, soon).toBe(5);
  const asked = await erasing(tenant).eraseUnit({ contextKind: 'user', key: 'anna' });
  await erasing(tenant).eraseUnit({ contextKind: 'device', key: "d-2'); DROP" });
  const again = await erasing(tenant).eraseUnit({ contextKind: 'device', key: 'd-1' });
  const done = await untilDone(tenant, asked.job?.id ?? '');
  if (again.job?.id !== asked.job?.id) await untilDone(tenant, again.job?.id ?? '');
  const provenMs = Date.parse(done.progress?.['provenAt'] as string);
  const [requestedMs, finishMs] = [asked.requestedAt, asked.finishBy].map((at) => timestampMs(at!));
  expect(provenMs).toBeGreaterThanOrEqual(requestedMs!);
  expect(provenMs).toBeLessThanOrEqual(finishMs!);
  expect(await unitsIn(tenant)).toEqual(['{"device":"anna"}', '{"user":"bert","device":"d-2"}'].toSorted());
  expect(await unitsIn(other)).toHaveLength(5);
});

test('What waits in a spool is waited for, and erased when it has arrived', async () => {
  const tenant = await newProject();
  const replica = randomUUID();
  const report = (oldestAt: string) =>
    database.beforeTenant((tx) =>
      sql`insert into event.spool_replica values (${replica}, 'elsewhere', now(), ${sql.raw(oldestAt)})
        on conflict (replica_id) do update set seen_at = now(), oldest_at = excluded.oldest_at`.execute(tx),
    );
  await report("now() - interval '2 days'");
  const asked = await erasing(tenant).eraseUnit({ contextKind: 'user', key: 'late' });
  const jobId = asked.job?.id ?? '';
  await expect
    .poll(async () => {
      await report("now() - interval '2 days'");
      await letTimePass(tenant);
      await workNow();
      return (await jobOf(tenant, jobId)).progress;
    }, often)
    .toMatchObject({ waitingFor: 'spools' });
  await send(service, tenant.serverKey, [purchase({ context: { user: 'late' } })]);
  await expect.poll(async () => (await unitsIn(tenant)).length, soon).toBe(1);
  await report('null');
  expect((await untilDone(tenant, jobId)).progress).toMatchObject({ deleted: { event: 1 }, units: 1 });
  expect(await unitsIn(tenant)).toEqual([]);
  await database.beforeTenant((tx) => sql`delete from event.spool_replica where replica_id = ${replica}`.execute(tx));
});

test('Units of hashed kinds are erased by their plain key, also what was stored before they were hashed, and before a rotation', async () => {
  const tenant = await newProject();
  const settings = service.services.as(tenant.person, EventSettings);
  const count = (rows: number) => expect.poll(async () => (await unitsIn(tenant)).length, soon).toBe(rows);
  const sendBoth = () =>
    send(service, tenant.serverKey, [purchase({ context: { user: 'anna' } }), purchase({ context: { user: 'bert' } })]);
  await sendBoth();
  await count(2);
  await settings.updateEventSettings({ change: { hashedKinds: ['user'] }, ifVersion: 1 });
  await sendBoth();
  await count(4);
  await settings.rotateKeySecret({});
  await sendBoth();
  await count(6);
  expect(new Set(await unitsIn(tenant)).size).toBe(6);
  const asked = await erasing(tenant).eraseUnit({ contextKind: 'user', key: 'anna' });
  const { progress } = await untilDone(tenant, asked.job?.id ?? '');
  expect(progress).toMatchObject({ deleted: { event: 3 } });
  expect(await unitsIn(tenant)).toHaveLength(3);
});

test('The key is nowhere afterwards: not in the audit log, the job, the request, nor in the lists of the engine', async () => {
  const tenant = await newProject();
  const key = 'me@example.org';
  await send(service, tenant.serverKey, [purchase({ context: { user: key } })]);
  await expect.poll(async () => (await unitsIn(tenant)).length, soon).toBe(1);
  const asked = await erasing(tenant).eraseUnit({ contextKind: 'user', key });
  expect(asked.keyHash).toMatch(/^[0-9a-f]{64}$/);
  const job = await untilDone(tenant, asked.job?.id ?? '');
  const audit = await inTenant(tenant, sql<object>`select * from platform.audit where action = 'unit.erase'`);
  expect(audit.rows).toMatchObject([{ resource_key: asked.keyHash, after: { contextKind: 'user' } }]);
  const requests = await inTenant(tenant, sql<{ sealed_names: unknown; finished_at: unknown }>`select * from event.erasure`);
  expect(requests.rows).toMatchObject([{ sealed_names: null, finished_at: expect.any(Date) as Date }]);
  const mutations = await service.events.store.systemQuery('SELECT * FROM system.mutations WHERE database = currentDatabase()');
  expect(mutations.length).toBeGreaterThan(0);
  for (const seen of [asked, job, audit.rows, requests.rows, mutations])
    expect(JSON.stringify(seen, wholeNumbers)).not.toContain(key);
});

test('Units that are asked for together go with one job, and asking twice is asking once', async () => {
  const tenant = await newProject();
  const first = await erasing(tenant).eraseUnit({ contextKind: 'user', key: 'first' });
  // Whatever the workers do meanwhile: as if the first job had not begun.
  await inTenant(
    tenant,
    sql`update event.job set state = 'waiting', started_at = null, due_at = now() + interval '1 hour', lease_token = null`,
  );
  const [one, two, again] = [
    await erasing(tenant).eraseUnit({ contextKind: 'user', key: 'one' }),
    await erasing(tenant).eraseUnit({ contextKind: 'user', key: 'two' }),
    await erasing(tenant).eraseUnit({ contextKind: 'user', key: 'one' }),
  ];
  expect(new Set([first, one, two, again].map(({ job }) => job?.id)).size).toBe(1);
  expect([again.id, again.keyHash]).toEqual([one.id, one.keyHash]);
  expect((await inTenant(tenant, sql`select id from event.erasure`)).rows).toHaveLength(3);
  expect((one.finishBy?.seconds ?? 0n) - (one.requestedAt?.seconds ?? 0n)).toBe(BigInt(erasureLimits.hours * 3_600));
  expect((await untilDone(tenant, first.job?.id ?? '')).progress).toMatchObject({ units: 3 });
});

test('Who may not change the environment may not erase, nor in an environment of others, nor somebody without a name', async () => {
  const tenant = await newProject();
  const editor = newTenant({ ...tenant.person, role: 'editor' });
  const unit = { contextKind: 'user', key: 'anna' };
  expect((await refusalOf(erasing(editor).eraseUnit(unit))).code).toBe('PERMISSION_DENIED');
  const other = await newProject();
  const theirs = { ...unit, environmentId: other.person.environmentId ?? '' };
  expect((await refusalOf(erasing(tenant).eraseUnit(theirs))).code).toBe('NOT_FOUND');
  expect(await refusalOf(erasing(tenant).eraseUnit({ contextKind: '', key: 'x'.repeat(257) }))).toMatchObject({
    code: 'VALIDATION_FAILED',
    paths: ['kind', 'key'],
  });
});

test('Operators see erasures that are overdue, and those that were given up until the unit is erased by another request', async () => {
  const registry = service.services.together.services.find(({ definition }) => definition.name === 'event-service')?.registry;
  const number = async (figure: string, kind: string): Promise<number> => {
    const line = new RegExp(`^stitchd_events_erasures_${figure}\\{[^}]*kind="${kind}"[^}]*\\} (\\S+)$`, 'm');
    return Number(line.exec((await registry?.metrics()) ?? '')?.[1]);
  };
  const all = () =>
    Promise.all(['under-way', 'given-up'].flatMap((kind) => [number('unfinished', kind), number('overdue', kind)]));
  expect(await all()).toEqual([0, 0, 0, 0]);
  const tenant = await newProject();
  const unit = { contextKind: 'user', key: 'anna' };
  const asked = await erasing(tenant).eraseUnit(unit);
  expect(await all()).toEqual([1, 0, 0, 0]);
  await inTenant(
    tenant,
    sql`update event.erasure set requested_at = requested_at - make_interval(hours => ${erasureLimits.hours})`,
  );
  expect(await all()).toEqual([1, 1, 0, 0]);
  expect(await number('oldest_seconds', 'under-way')).toBeGreaterThanOrEqual(erasureLimits.hours * 3_600);
  await inTenant(tenant, sql`update event.erasure set sealed_names = '\\x00'`);
  await expect
    .poll(async () => {
      await inTenant(tenant, sql`update event.job set due_at = now() where state = 'waiting'`);
      await workNow();
      return (await jobOf(tenant, asked.job?.id ?? '')).errorCode;
    }, often)
    .toBe('SECRET_KEY_CHANGED');
  expect(await all()).toEqual([0, 0, 1, 1]);
  const again = await erasing(tenant).eraseUnit(unit);
  await untilDone(tenant, again.job?.id ?? '');
  expect(await all()).toEqual([0, 0, 0, 0]);
});
