import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createEventStore, distinctEvents, type EventStore } from '@stitchd/db/clickhouse';
import { startClickHouse } from '@stitchd/embedded';
import { migrateEventStore, openSpool, startShipper } from '@stitchd/events';
import { expect, onTestFinished, test } from 'vitest';
import { createTestEventStore } from '../support/test-event-store.ts';
import { newIds, purchases, sendUntilKilled } from './sending-replica.test-support.ts';

const noLog = () => undefined;
const log = { info: noLog, warn: noLog, error: noLog };
/** Ample: a poll ends as soon as it is right. */
const soon = { timeout: 60_000 };

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-crash-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Ids in the store, each once, in order. */
async function storedIds(store: EventStore, environmentId: string): Promise<readonly string[]> {
  const sql = `SELECT toString(item_id) AS id, {environmentId:UUID} AS environment FROM ${distinctEvents({ columns: [] })} ORDER BY id`;
  const rows = await store.query<{ id: string }>({ environmentId, sql });
  return rows.map(({ id }) => id);
}

async function shipEverything(directory: string, store: EventStore): Promise<void> {
  const spool = await openSpool({ directory, replicaId: randomUUID(), nowMs: Date.now, log });
  const shipper = startShipper({ spool, store, nowMs: Date.now, log, onShipped: noLog, limits: { lingerMs: 1 } });
  await expect.poll(() => spool.state().waitingItems, soon).toBe(0);
  await shipper.stop();
  await spool.close();
}

test('However often a replica is killed while it takes and ships, what it acknowledged counts exactly once', async () => {
  const directory = await newDirectory();
  const events = await createTestEventStore();
  onTestFinished(() => events.drop());
  const environmentId = randomUUID();
  const acknowledged: string[] = [];
  for (const batches of [1, 40, 150]) {
    const options = { directory, replicaId: randomUUID(), environmentId, clickhouseUrl: events.url };
    acknowledged.push(...(await sendUntilKilled(options, batches)));
  }
  await shipEverything(directory, events.store);
  const stored = await storedIds(events.store, environmentId);
  expect(new Set(stored).size).toBe(stored.length);
  expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
  // More than was acknowledged is there only where a batch was written and its answer never sent: whole batches.
  expect(stored.length % 50).toBe(0);
  expect(stored.length - acknowledged.length).toBeLessThanOrEqual(3 * 50);
});

test('The engine killed in the middle of inserts comes back, and everything is there once', async () => {
  const directory = await newDirectory();
  const engine = await startClickHouse({ dataDirectory: path.join(directory, 'data'), log: noLog });
  const store = createEventStore({ url: `${engine.url}?database=crashes`, applicationName: 'test' });
  await migrateEventStore(store, { exclusively: (work) => work() });
  const environmentId = randomUUID();
  const spool = await openSpool({
    directory: path.join(directory, 'spool'),
    replicaId: randomUUID(),
    nowMs: Date.now,
    log,
    segmentBytes: 100_000,
  });
  let shipped = 0;
  const shipper = startShipper({
    spool,
    store,
    nowMs: Date.now,
    log,
    onShipped: ({ items }) => (shipped += items),
    limits: { lingerMs: 1, firstRetryMs: 10, longestRetryMs: 200 },
  });
  const sent: string[] = [];
  const send = async (batches: number) => {
    for (let batch = 0; batch < batches; batch++) {
      const ids = newIds(500);
      sent.push(...ids);
      expect(await spool.append(purchases(environmentId, ids))).toBe('stored');
    }
  };
  for (let round = 1; round <= 3; round++) {
    const before = shipped;
    await send(40);
    // Inserts are under way from here on: some are done and some wait.
    await expect.poll(() => shipped, soon).toBeGreaterThan(before);
    expect(spool.state().waitingItems).toBeGreaterThan(0);
    process.kill(engine.pid ?? 0, 'SIGKILL');
    await send(5);
    await expect.poll(() => engine.restarts, soon).toBe(round);
  }
  await expect.poll(() => spool.state().waitingItems, soon).toBe(0);
  expect(await storedIds(store, environmentId)).toEqual(sent.toSorted());
  await shipper.stop();
  await spool.close();
  await store.close();
  await engine.stop();
});
