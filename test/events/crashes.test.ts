import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createEventStore, distinctEvents, type EventStore } from '@stitchd/db/clickhouse';
import { startClickHouse, type EmbeddedClickHouse } from '@stitchd/embedded';
import { migrateEventStore, openSpool, startShipper } from '@stitchd/events';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
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

let engine: EmbeddedClickHouse;
let engineUrl: string;
let store: EventStore;
let dataDirectory: string;
/** An engine that may be killed, with an event store of its own. */
beforeAll(async () => {
  dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-crash-engine-'));
  engine = await startClickHouse({ dataDirectory, log: noLog });
  engineUrl = `${engine.url}?database=crashes`;
  store = createEventStore({ url: engineUrl, applicationName: 'test' });
  await migrateEventStore(store, { exclusively: (work) => work() });
});
afterAll(async () => {
  await store.close();
  await engine.stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

const killEngine = () => process.kill(engine.pid ?? 0, 'SIGKILL');

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
  expectOnce(stored, acknowledged, 3);
  // What a kill cuts off is no damage.
  expect(await readdir(path.join(directory, 'quarantine'))).toEqual([]);
});

/** @param kills - each leaves at most one batch that was written and never answered */
function expectOnce(stored: readonly string[], acknowledged: readonly string[], kills: number): void {
  expect(new Set(stored).size).toBe(stored.length);
  const there = new Set(stored);
  expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
  // More than was acknowledged is there only where a batch was written and its answer never sent: whole batches.
  expect(stored.length % 50).toBe(0);
  expect(stored.length - acknowledged.length).toBeLessThanOrEqual(kills * 50);
}

test('A replica and the engine killed at once, while one takes and the other stores, lose nothing and double nothing', async () => {
  const directory = await newDirectory();
  const environmentId = randomUUID();
  const acknowledged: string[] = [];
  for (const batches of [30, 120]) {
    const restarts = engine.restarts;
    const options = { directory, replicaId: randomUUID(), environmentId, clickhouseUrl: engineUrl };
    acknowledged.push(...(await sendUntilKilled(options, batches, killEngine)));
    await expect.poll(() => engine.restarts, soon).toBe(restarts + 1);
  }
  // Some was there before the last kill, and some was not.
  const before = await storedIds(store, environmentId);
  expect(before.length).toBeGreaterThan(0);
  expect(before.length).toBeLessThan(acknowledged.length);
  await shipEverything(directory, store);
  expectOnce(await storedIds(store, environmentId), acknowledged, 2);
});

test('The engine killed in the middle of inserts comes back, and everything is there once', async () => {
  const directory = await newDirectory();
  const environmentId = randomUUID();
  const spool = await openSpool({
    directory,
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
  for (let round = 0; round < 3; round++) {
    const before = shipped;
    const restarts = engine.restarts;
    await send(40);
    // Inserts are under way from here on: some are done and some wait.
    await expect.poll(() => shipped, soon).toBeGreaterThan(before);
    expect(spool.state().waitingItems).toBeGreaterThan(0);
    killEngine();
    await send(5);
    await expect.poll(() => engine.restarts, soon).toBe(restarts + 1);
  }
  await expect.poll(() => spool.state().waitingItems, soon).toBe(0);
  expect(await storedIds(store, environmentId)).toEqual(sent.toSorted());
  await shipper.stop();
  await spool.close();
});
