import { randomUUID } from 'node:crypto';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { reportSpool } from '@stitchd/db/event';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { Ingestion } from '@stitchd/proto/event/v1/event';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { erasureLimits } from './erasure/erasure-limits.ts';
import { newTenant, refusalOf, spoolsOf, startTestEventService, type TestEventService } from './event-service.test-support.ts';

let service: TestEventService;
let database: Database;
beforeAll(async () => {
  // Without a spool of its own, so that the reports below are all there are.
  service = await startTestEventService({ STITCHD_EVENTS_ACK: 'clickhouse' });
  database = createDatabase({ url: service.database.url, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await service.stop();
});
beforeEach(() => database.beforeTenant((tx) => sql`delete from event.spool_replica`.execute(tx)));

const minuteMs = 60_000;
const { emptyReplicaMs, goneReplicaMs, missingReplicaMs, slackMs, toldReplicaMs } = erasureLimits;

/** A replica that said so long ago since when a batch waited then; undefined: none did. */
async function reported(ago: { readonly seenMs: number; readonly oldestMs?: number }): Promise<void> {
  const at = (ms: number) => new Date(Date.now() - ms);
  await database.beforeTenant((tx) =>
    sql`insert into event.spool_replica (replica_id, place, seen_at, oldest_at)
      values (${randomUUID()}, 'elsewhere', ${at(ago.seenMs)}, ${ago.oldestMs === undefined ? null : at(ago.oldestMs)})`.execute(
      tx,
    ),
  );
}

/** How long ago that is until which all is stored, but for what clocks may differ, in whole minutes; and the silent replicas. */
async function asked(sinceMs = 365 * 24 * 60 * minuteMs) {
  const answer = await spoolsOf(service, newTenant(), { sinceMs: Date.now() - sinceMs });
  const { storedUntil, silentReplicas } = answer;
  const minutes = storedUntil && Math.round((Date.now() - slackMs - timestampMs(storedUntil)) / minuteMs);
  return [minutes, silentReplicas];
}

test('What waits longest in any spool says until when all is stored; a replica without waiting items says it of its last report', async () => {
  expect(await asked()).toEqual([undefined, 0]);
  await reported({ seenMs: 0 });
  expect(await asked()).toEqual([0, 0]);
  await reported({ seenMs: 0, oldestMs: 20 * minuteMs });
  await reported({ seenMs: 0, oldestMs: 90 * minuteMs });
  expect(await asked()).toEqual([90, 0]);
});

test('A replica that ended without a word holds it back at its last one, is told, and after a day is only told', async () => {
  await reported({ seenMs: 0 });
  await reported({ seenMs: goneReplicaMs - minuteMs });
  expect(await asked()).toEqual([goneReplicaMs / minuteMs - 1, 0]);
  await reported({ seenMs: goneReplicaMs + minuteMs });
  expect(await asked()).toEqual([goneReplicaMs / minuteMs + 1, 1]);
  await reported({ seenMs: missingReplicaMs - minuteMs, oldestMs: missingReplicaMs + 30 * minuteMs });
  expect(await asked()).toEqual([missingReplicaMs / minuteMs + 30, 2]);
  await reported({ seenMs: missingReplicaMs + minuteMs, oldestMs: 3 * missingReplicaMs });
  expect(await asked()).toEqual([missingReplicaMs / minuteMs + 30, 3]);
});

test('A replica that ended with nothing waiting by its last report holds it back for an hour, and is only told then', async () => {
  await reported({ seenMs: emptyReplicaMs - minuteMs });
  expect(await asked()).toEqual([emptyReplicaMs / minuteMs - 1, 1]);
  await reported({ seenMs: emptyReplicaMs + minuteMs });
  expect(await asked()).toEqual([emptyReplicaMs / minuteMs - 1, 2]);
  await reported({ seenMs: emptyReplicaMs + minuteMs, oldestMs: emptyReplicaMs + 2 * minuteMs });
  expect(await asked()).toEqual([emptyReplicaMs / minuteMs + 2, 3]);
});

test('After a week a silent replica is told no longer, and the next report of any other forgets it', async () => {
  await reported({ seenMs: toldReplicaMs - minuteMs });
  expect(await asked()).toEqual([undefined, 1]);
  await reported({ seenMs: toldReplicaMs + minuteMs, oldestMs: toldReplicaMs + 2 * minuteMs });
  expect(await asked()).toEqual([undefined, 1]);
  const replica = { replicaId: randomUUID(), place: 'here', oldestAgeMs: undefined };
  const left = await database.beforeTenant(async (tx) => {
    await reportSpool(tx, replica, { goneAfterMs: goneReplicaMs, toldMs: toldReplicaMs });
    return tx.selectFrom('event.spool_replica').select('place').orderBy('place').execute();
  });
  expect(left.map(({ place }) => place)).toEqual(['elsewhere', 'here']);
});

test('Replicas that had ended before the time that is asked about have nothing of it', async () => {
  await reported({ seenMs: 120 * minuteMs, oldestMs: 130 * minuteMs });
  expect(await asked(60 * minuteMs)).toEqual([undefined, 0]);
  expect(await asked(180 * minuteMs)).toEqual([130, 1]);
});

test('Only the service that computes results may ask', async () => {
  const { person, serverKey } = newTenant();
  for (const other of [person, serverKey])
    expect(await refusalOf(service.services.as(other, Ingestion).getSpools({}))).toMatchObject({ code: 'PERMISSION_DENIED' });
});
