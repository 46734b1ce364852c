import { createDatabase } from '@stitchd/db/postgres';
import { UnitErasure } from '@stitchd/proto/event/v1/erasure';
import { EventJobs } from '@stitchd/proto/event/v1/job';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import {
  defineEvents,
  newTenant,
  purchase,
  send,
  startTestEventService,
  type TestEventService,
} from '../event-service.test-support.ts';
import { jobLimits } from '../jobs/job-limits.ts';
import { erasureLimits } from './erasure-limits.ts';

const tenant = newTenant();
const environmentId = tenant.person.environmentId ?? '';
const often = { timeout: 60_000, interval: 20 };
const erase = ({ services }: TestEventService, key: string) =>
  services.as(tenant.person, UnitErasure).eraseUnit({ contextKind: 'user', key });

test('An erasure whose event store is away for more attempts than others get is done when it is back, with all that was asked for meanwhile', async () => {
  const before = await startTestEventService();
  const stores = { STITCHD_DATABASE_URL: before.database.url, STITCHD_CLICKHOUSE_URL: before.events.url };
  const database = createDatabase({ url: before.database.url, applicationName: 'test' });
  const inTenant = (query: ReturnType<typeof sql>) =>
    database.inTenant(tenant.person.organisationId ?? '', (tx) => query.execute(tx));
  const rows = () =>
    before.events.store.query<{ key: string }>({
      environmentId,
      sql: "SELECT units['user'] AS key FROM event WHERE environment_id = {environmentId:UUID} ORDER BY key",
    });
  await defineEvents(before, tenant);
  const keys = ['anna', 'bert', 'carla', 'dora', 'emil', 'kept'];
  await send(
    before,
    tenant.serverKey,
    keys.map((user) => purchase({ context: { user } })),
  );
  await expect.poll(async () => (await rows()).length, often).toBe(keys.length);
  await before.services.stop();

  const away = await startTestEventService({ ...stores, STITCHD_CLICKHOUSE_URL: 'http://127.0.0.1:9/stitchd' });
  const jobId = (await erase(away, 'anna')).job?.id ?? '';
  const job = ({ services }: TestEventService) => services.as(tenant.person, EventJobs).getJob({ id: jobId });
  // As if it had failed almost as often as other jobs may; the attempts that follow are its own.
  const isEnough = sql`attempts > ${jobLimits.attempts + 1}`;
  await expect
    .poll(async () => {
      await inTenant(
        sql`update event.job set due_at = now(), attempts = greatest(attempts, ${jobLimits.attempts - 1})
          where state = 'waiting' and not ${isEnough}`,
      );
      // It is not due again: nobody takes it any more.
      return (await inTenant(sql`select from event.job where state = 'waiting' and ${isEnough}`)).rows.length;
    }, often)
    .toBe(1);
  expect(await job(away)).toMatchObject({ state: 'waiting', errorCode: 'EVENT_STORE_UNAVAILABLE' });
  const pause = await inTenant(
    sql`select from event.job where due_at > now() + make_interval(secs => ${jobLimits.longestRetryMs / 1_000})`,
  );
  expect(pause.rows).toEqual([]);
  // More than there may be jobs.
  const more = [...Array(erasureLimits.unfinishedJobs + 1).keys()].map((index) => keys[index + 1] ?? '');
  for (const key of more) expect((await erase(away, key)).job?.id).toBe(jobId);
  await away.stop();

  const back = await startTestEventService(stores);
  await expect
    .poll(async () => {
      // As if the time had passed that it waits for spools, and to be sure of what is derived.
      await inTenant(
        sql`update event.erasure set requested_at = requested_at - interval '1 hour', clean_since = clean_since - interval '1 hour'`,
      );
      await inTenant(sql`update event.job set due_at = now() where state = 'waiting'`);
      return (await job(back)).state;
    }, often)
    .toBe('succeeded');
  expect((await job(back)).progress).toMatchObject({ units: keys.length - 1, deleted: { event: keys.length - 1 } });
  expect(await rows()).toEqual([{ key: 'kept' }]);
  await back.stop();
  await database.close();
  await before.events.drop();
  await before.database.drop();
});
