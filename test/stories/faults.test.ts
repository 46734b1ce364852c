import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startClickHouse, startPostgres, type EmbeddedClickHouse, type EmbeddedPostgres } from '@stitchd/embedded';
import { Stitchd, type SdkLogger, type StitchdClient } from '@stitchd/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCuttableLine, type CuttableLine } from '../support/cuttable-line.ts';
import { modes, startProduct, type Product } from '../support/product.ts';
import { sendItems, startRecorded } from '../support/recorded-experiments.ts';
import { openShop, storedItems, type Shop } from '../support/shop.ts';
import { askStore, storedRows } from '../support/stored-rows.ts';
import { askToErase, countedUnits, eventJob, hashDevices, letAnHourPass, spooledText, traces } from './erasure.test-support.ts';

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const patience = { timeout: 60_000, interval: 200 };

describe.each(modes)('%s', (mode) => {
  let directory: string;
  let postgres: EmbeddedPostgres;
  let clickhouse: EmbeddedClickHouse;
  let postgresLine: CuttableLine;
  let clickhouseLine: CuttableLine;
  let product: Product;
  let shop: Shop;
  let client: StitchdClient;

  beforeAll(async () => {
    // Real stores that are not the product's own, behind lines that a test can cut.
    directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-faults-'));
    const options = { dataDirectory: directory, log: () => undefined };
    [postgres, clickhouse] = await Promise.all([startPostgres(options), startClickHouse(options)]);
    [postgresLine, clickhouseLine] = await Promise.all([
      createCuttableLine(path.join(postgres.socketDirectory, '.s.PGSQL.5432')),
      createCuttableLine(clickhouse.socketPath),
    ]);
    product = await startProduct({
      mode,
      environment: {
        STITCHD_DATABASE_URL: `postgresql://stitchd@127.0.0.1:${postgresLine.port}/postgres`,
        STITCHD_CLICKHOUSE_URL: `http://127.0.0.1:${clickhouseLine.port}`,
      },
    });
    shop = await openShop(product);
    await shop.createFlag({ key: 'a', name: 'A', type: 'boolean' });
    await shop.createEvent('purchase', 'double');
    client = await Stitchd.init({
      url: product.url,
      syncUrl: product.syncUrl,
      sdkKey: shop.serverKey,
      logger: silent,
      flushIntervalMs: 100,
    });
  });
  afterAll(async () => {
    await client?.close();
    await postgresLine?.mend();
    await product?.stop();
    await Promise.all([postgresLine?.close(), clickhouseLine?.close()]);
    await Promise.all([postgres?.stop(), clickhouse?.stop()]);
    await rm(directory, { recursive: true, force: true });
  });

  async function evaluateOverRest(): Promise<number> {
    const response = await fetch(`${product.url}/ofrep/v1/evaluate/flags/a`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-stitchd-sdk-key': shop.serverKey },
      body: JSON.stringify({ context: { targetingKey: 'u' } }),
    });
    return response.status;
  }
  /** With the causes, so that a failure tells them. */
  const readiness = async (): Promise<string> => {
    const response = await fetch(`${product.url}/readyz`);
    return `${response.status} ${await response.text()}`;
  };

  test('With ClickHouse down flags keep working, and events that were accepted are all there once it is back', async () => {
    const before = await storedItems(shop);
    await clickhouseLine.cut();
    expect(client.boolean('a', {}, false)).toBe(true);
    expect(await evaluateOverRest()).toBe(200);
    for (let index = 0; index < 50; index++)
      expect(client.track('purchase', { targetingKey: `u-${index}` }, { value: index })).toBe(true);
    await expect.poll(() => client.status().events.accepted + client.status().events.queued, patience).toBeGreaterThanOrEqual(50);
    // A change of a flag needs no ClickHouse.
    await shop.setEnabled('a', false);
    await expect.poll(() => client.booleanDetails('a', {}, true).reason, patience).toBe('DISABLED');
    await shop.setEnabled('a', true);
    await clickhouseLine.mend();
    await expect.poll(async () => (await storedItems(shop)).events, patience).toBe(before.events + 50);
    expect(client.status().events).toMatchObject({ queued: 0, dropped: 0, rejected: {} });
  });

  test('With PostgreSQL down connected SDKs and remote evaluation keep answering, and the gateway says what is down', async () => {
    await expect.poll(evaluateOverRest, patience).toBe(200);
    await postgresLine.cut();
    expect(client.booleanDetails('a', {}, false)).toMatchObject({ value: true });
    expect(await evaluateOverRest()).toBe(200);
    await expect.poll(readiness, patience).toMatch(/^503 .*postgres/i);
    const response = await fetch(`${product.url}/v1/projects`, { headers: { authorization: `Bearer ${product.token}` } });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await postgresLine.mend();
    await expect.poll(readiness, patience).toMatch(/^200 /);
    await shop.setEnabled('a', false);
    await expect.poll(() => client.booleanDetails('a', {}, true).reason, patience).toBe('DISABLED');
  });

  test('PostgreSQL that goes away amid writes, again and again, ends no service', async () => {
    for (let round = 0; round < 3; round++) {
      await expect.poll(readiness, patience).toMatch(/^200 /);
      const writes = Array.from({ length: 20 }, (_, index) => shop.setEnabled('a', index % 2 === 0));
      await Promise.any(writes);
      await postgresLine.cut();
      await Promise.allSettled(writes);
      await expect.poll(readiness, patience).toMatch(/^503 .*postgres/i);
      await postgresLine.mend();
    }
    await expect.poll(readiness, patience).toMatch(/^200 /);
    await shop.setEnabled('a', true);
    await expect.poll(() => client.booleanDetails('a', {}, false).reason, patience).not.toBe('DISABLED');
    await shop.setEnabled('a', false);
    await expect.poll(() => client.booleanDetails('a', {}, true).reason, patience).toBe('DISABLED');
  });

  test('A unit is erased from every table, also what waits in segment files, and a hashed key was never anywhere', async () => {
    const [user, device] = ['anna@example.org', 'device-of-anna'];
    await hashDevices(shop);
    const experiment = await startRecorded(shop, 'erased', 0.1);
    const others = [...traces(experiment, 'bert', 'device-of-bert'), ...traces(experiment, 'carla', 'device-of-carla')];
    await sendItems(product, shop.serverKey, [...traces(experiment, user, device), ...others]);
    await expect.poll(async () => (await storedItems(shop)).waiting, patience).toBe(0);
    expect(await countedUnits(shop, 'erased')).toBe(3);
    // By the key, by its hash, and by the hash of what stands for a hashed key.
    const hashed = JSON.parse(await askStore(product, `SELECT units['device'] AS device FROM event WHERE units['user'] = '${user}' LIMIT 1 FORMAT JSONEachRow`)) as { readonly device: string }; // prettier-ignore
    expect(hashed.device).toMatch(/^hmac:/);
    const hashes = await askStore(product, `SELECT cityHash64('user', '${user}'), cityHash64('device', '${hashed.device}')`);
    const marks = [user, device, hashed.device, ...hashes.trim().split('\t')];
    const named = async () =>
      [...(await storedRows(product))].flatMap(([table, lines]) =>
        lines.some((line) => marks.some((mark) => line.includes(mark))) ? [table] : [],
      );
    const tables = ['event', 'experiment_unit', 'exposure', 'identify', 'identity_link', 'quarantined_event'];
    await expect.poll(named, patience).toEqual(tables);

    await clickhouseLine.cut();
    await sendItems(product, shop.serverKey, traces(experiment, user, device));
    await expect.poll(() => spooledText(product), patience).toContain(user);
    const [asked, link] = [await askToErase(shop, 'user', user), await askToErase(shop, 'device', device)];
    // Nothing can be proven while the store is away and a file waits.
    await letAnHourPass(product);
    expect((await eventJob(shop, asked)).state).not.toBe('succeeded');
    await clickhouseLine.mend();
    await expect.poll(() => spooledText(product), patience).not.toContain(user);
    const jobs = new Set([asked, link]);
    const ended = () => Promise.all([...jobs].map((job) => eventJob(shop, job)));
    const states = async () => {
      await letAnHourPass(product);
      return (await ended()).map(({ state }) => state);
    };
    await expect.poll(states, patience).toEqual([...jobs].map(() => 'succeeded'));
    for (const { progress } of await ended()) expect(progress).toMatchObject({ provenAt: expect.any(String) as string });
    expect(await named()).toEqual([]);
    const rows = await storedRows(product);
    for (const table of tables) expect(rows.get(table)?.length, table).toBeGreaterThan(0);
    expect([...rows].flatMap(([, lines]) => lines.filter((line) => line.includes('device-of-')))).toEqual([]);
    // What is computed from now on is of the others alone.
    expect(await countedUnits(shop, 'erased')).toBe(2);
  });

  test('A ClickHouse engine that is killed while items come in is started again, and every item counts once', async () => {
    const before = await storedItems(shop);
    const killed = clickhouse.pid;
    for (let index = 0; index < 2_000; index++) {
      client.track('purchase', { targetingKey: `k-${index}` }, { value: 1 });
      if (index === 1_000) process.kill(killed ?? 0, 'SIGKILL');
      if (index % 100 === 0) await client.flush(50);
    }
    await expect.poll(() => client.status().events.queued, patience).toBe(0);
    await expect.poll(async () => (await storedItems(shop).catch(() => undefined))?.events, patience).toBe(before.events + 2_000);
    expect(clickhouse.restarts).toBeGreaterThan(0);
    expect(clickhouse.pid).not.toBe(killed);
  });
});
