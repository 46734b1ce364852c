import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, migratePostgres } from '@stitchd/db/postgres';
import { startPostgres } from '@stitchd/embedded';
import { problemOf, startOperatorServer } from '@stitchd/service-kit';
import {
  defineEvents,
  ingestionOf,
  newTenant,
  purchase,
  refusalOf,
  send,
  spoolsOf,
  startTestEventService,
  type TestEventService,
} from '../../services/event-service/src/event-service.test-support.ts';
import { erasureLimits } from '../../services/event-service/src/erasure/erasure-limits.ts';

const nowhere = { STITCHD_CLICKHOUSE_URL: 'http://127.0.0.1:9/stitchd' };
let service: TestEventService;
beforeAll(async () => {
  service = await startTestEventService({ ...nowhere, STITCHD_EVENTS_SPOOL_MEBIBYTES: '16' });
});
afterAll(() => service.stop());

const unreadyOf = async (running: TestEventService) => {
  const server = await startOperatorServer({
    host: '127.0.0.1',
    port: 0,
    portVariable: 'NONE',
    services: () => running.services.together.services,
  });
  const answer = await fetch(`http://127.0.0.1:${server.port}/readyz`);
  const body = (await answer.json()) as { unready?: Record<string, Record<string, string>> };
  const metrics = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  await server.close();
  return { status: answer.status, unready: Object.keys(body.unready?.['event-service'] ?? {}), metrics };
};
const metricOf = (text: string, name: string) => Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1]);

test('With ClickHouse down items are accepted and the service is ready, until the spool is full: then both say so', async () => {
  const tenant = newTenant();
  await defineEvents(service, tenant);
  expect(await send(service, tenant.serverKey, [purchase()])).toMatchObject({ accepted: 1 });
  expect(await unreadyOf(service)).toMatchObject({ status: 200, unready: [] });

  const large = () => purchase({ properties: { text: 'x'.repeat(32_000) } });
  const fill = async (): Promise<number> => {
    for (let batches = 1; ; batches++) {
      const outcome = await send(service, tenant.serverKey, [...Array(32).keys()].map(large)).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(await refusalOf(Promise.reject(outcome))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
        return batches;
      }
    }
  };
  expect(await fill()).toBeGreaterThan(10);
  const full = await unreadyOf(service);
  expect(full).toMatchObject({ status: 503, unready: ['clickhouse'] });
  expect(metricOf(full.metrics, 'stitchd_events_spool_bytes')).toBeLessThanOrEqual(16 * 1_048_576);
  expect(metricOf(full.metrics, 'stitchd_events_accepted_total')).toBe(metricOf(full.metrics, 'stitchd_events_spool_items'));
  expect(metricOf(full.metrics, 'stitchd_events_shipped_total')).toBe(0);

  // A counting question needs the store, and says which one is missing.
  expect(await refusalOf(countNow(service, tenant.person))).toMatchObject({
    code: 'STORE_UNAVAILABLE',
    detail: 'The event store does not answer; try again.',
  });
});

test('With its spool gone from the disk the service refuses items, says so everywhere, and takes them again when it is back', async () => {
  const tenant = newTenant();
  const running = await startTestEventService();
  await defineEvents(running, tenant);
  const replicas = path.join(running.spoolDirectory, 'replicas');
  const [id = ''] = await readdir(replicas);
  await rename(path.join(replicas, id), path.join(running.spoolDirectory, 'away'));
  const refused: unknown = await send(running, tenant.serverKey, [purchase()]).catch((error: unknown) => error);
  expect(problemOf(refused)).toMatchObject({ code: 'STORE_UNAVAILABLE', retryAfterSeconds: 10 });
  const unready = await unreadyOf(running);
  expect(unready).toMatchObject({ status: 503, unready: ['spool'] });
  expect(metricOf(unready.metrics, 'stitchd_events_spool_failing')).toBe(1);
  await rename(path.join(running.spoolDirectory, 'away'), path.join(replicas, id));
  // Asking is enough: nobody has to send something for it.
  expect(await unreadyOf(running)).toMatchObject({ status: 200, unready: [] });
  expect(await send(running, tenant.serverKey, [purchase()])).toMatchObject({ accepted: 1 });
  await expect.poll(async () => (await countNow(running, tenant.person)).events[0]?.items, { timeout: 30_000 }).toBe(1);
  await running.stop();
});

test('While ClickHouse is away whoever computes results is told since when items wait, until the next replica has shipped them', async () => {
  const first = await startTestEventService(nowhere);
  const tenant = newTenant();
  await defineEvents(first, tenant);
  /** Without what clocks may differ. */
  const storedUntil = async (running: TestEventService): Promise<number> => {
    const { storedUntil: until } = await spoolsOf(running, tenant);
    return until === undefined ? 0 : timestampMs(until) + erasureLimits.slackMs;
  };
  await send(first, tenant.serverKey, [purchase()]);
  const sentMs = Date.now();
  const database = createDatabase({ url: first.database.url, applicationName: 'test' });
  const replicas = async (): Promise<number> => {
    const { rows } = await database.beforeTenant((tx) =>
      sql`select from event.spool_replica where seen_at > ${new Date(sentMs)}`.execute(tx),
    );
    return rows.length;
  };
  await expect.poll(replicas, { timeout: 30_000 }).toBe(1);
  expect(await storedUntil(first)).toBeGreaterThan(0);
  expect(await storedUntil(first)).toBeLessThanOrEqual(sentMs);
  await first.services.stop();
  const stoppedMs = Date.now();
  const second = await startTestEventService({
    STITCHD_EVENTS_SPOOL_DIR: first.spoolDirectory,
    STITCHD_DATABASE_URL: first.database.url,
  });
  await expect.poll(async () => (await countNow(second, tenant.person)).events[0]?.items, { timeout: 30_000 }).toBe(1);
  // What the one that ended said last holds until it has been silent for long enough to be gone.
  expect(await storedUntil(second)).toBeLessThanOrEqual(sentMs);
  await database.beforeTenant((tx) =>
    sql`update event.spool_replica set seen_at = seen_at - interval '1 hour' where seen_at < ${new Date(stoppedMs)}`.execute(tx),
  );
  await expect.poll(() => storedUntil(second), { timeout: 30_000 }).toBeGreaterThan(sentMs);
  await database.close();
  await second.stop();
  await first.events.drop();
  await first.database.drop();
});

test('What a stopped service had not shipped is shipped by the one that starts next', async () => {
  const first = await startTestEventService(nowhere);
  const tenant = newTenant();
  await defineEvents(first, tenant);
  await send(first, tenant.serverKey, [purchase(), purchase()]);
  await first.services.stop();
  const second = await startTestEventService({ STITCHD_EVENTS_SPOOL_DIR: first.spoolDirectory });
  await expect.poll(async () => (await countNow(second, tenant.person)).events[0]?.items, { timeout: 30_000 }).toBe(2);
  await second.stop();
  await first.events.drop();
  await first.database.drop();
});

test('Damage in the spool shows in the metrics of the one that starts next, which ships the rest and is ready', async () => {
  const first = await startTestEventService(nowhere);
  const tenant = newTenant();
  await defineEvents(first, tenant);
  await send(first, tenant.serverKey, [purchase(), purchase()]);
  await send(first, tenant.serverKey, [purchase()]);
  await first.services.stop();
  const replicas = path.join(first.spoolDirectory, 'replicas');
  const [id = ''] = await readdir(replicas);
  const [name = ''] = await readdir(path.join(replicas, id));
  const bytes = await readFile(path.join(replicas, id, name));
  // A copy that says to be of another version, and a bit of the last batch.
  await writeFile(path.join(replicas, id, 'other.segment'), Buffer.from(bytes).fill(99, 4, 6));
  bytes.writeUInt8((bytes.at(-3) ?? 0) ^ 1, bytes.length - 3);
  await writeFile(path.join(replicas, id, name), bytes);
  const second = await startTestEventService({ STITCHD_EVENTS_SPOOL_DIR: first.spoolDirectory });
  const figure = async (metric: string) => metricOf((await unreadyOf(second)).metrics, `stitchd_events_${metric}`);
  await expect.poll(() => figure('quarantine_files'), { timeout: 30_000 }).toBe(1);
  expect(await figure('quarantine_bytes')).toBe(bytes.length);
  expect(await figure('spool_unreadable_segments')).toBe(1);
  await expect.poll(() => figure('shipped_total'), { timeout: 30_000 }).toBe(2);
  expect((await countNow(second, tenant.person)).events[0]?.items).toBe(2);
  expect(await unreadyOf(second)).toMatchObject({ status: 200, unready: [] });
  await second.stop();
  await first.events.drop();
  await first.database.drop();
});

test('With STITCHD_EVENTS_ACK=clickhouse and ClickHouse down items are refused and the service is not ready', async () => {
  const direct = await startTestEventService({ ...nowhere, STITCHD_EVENTS_ACK: 'clickhouse' });
  const tenant = newTenant();
  await defineEvents(direct, tenant);
  expect(await refusalOf(send(direct, tenant.serverKey, [purchase()]))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await unreadyOf(direct)).toMatchObject({ status: 503, unready: ['clickhouse'] });
  await direct.stop();
});

test('With STITCHD_EVENTS_ACK=clickhouse an acknowledged item is there at once', async () => {
  const direct = await startTestEventService({ STITCHD_EVENTS_ACK: 'clickhouse' });
  const tenant = newTenant();
  await defineEvents(direct, tenant);
  await send(direct, tenant.serverKey, [purchase(), purchase()]);
  expect((await countNow(direct, tenant.person)).events).toMatchObject([{ eventKey: 'purchase', items: 2 }]);
  await direct.stop();
});

test('With PostgreSQL gone, events that are known are taken, others are asked to come again, and the service says why', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-down-test-'));
  const postgres = await startPostgres({ dataDirectory: directory, log: () => undefined });
  await migratePostgres(postgres.url, console.error);
  const running = await startTestEventService({ STITCHD_DATABASE_URL: postgres.url });
  const tenant = newTenant();
  await defineEvents(running, tenant);
  await send(running, tenant.serverKey, [purchase()]);
  await postgres.stop();
  expect(await send(running, tenant.serverKey, [purchase()])).toMatchObject({ accepted: 1 });
  expect(await refusalOf(send(running, tenant.serverKey, [purchase({ key: 'unheard-of' })]))).toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
  expect(await unreadyOf(running)).toMatchObject({ status: 503, unready: ['postgresql'] });
  await running.stop();
  await rm(directory, { recursive: true, force: true });
});

function countNow(running: TestEventService, person: Parameters<typeof ingestionOf>[1]) {
  return ingestionOf(running, person).countItems({
    from: timestampFromMs(Date.now() - 3_600_000),
    to: timestampFromMs(Date.now() + 3_600_000),
  });
}
