import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { uuidv7 } from '@stitchd/core';
import { answered } from '@stitchd/rest-client';
import { Stitchd, type SdkLogger } from '@stitchd/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modes, startProduct, type Product } from '../support/product.ts';
import { sendOverGrpc } from '../support/send-over-grpc.ts';
import { openShop, shopEnvironment, shopProject, storedItems, type Shop } from '../support/shop.ts';

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const patience = { timeout: 60_000, interval: 100 };

const head = () => ({ id: uuidv7(Date.now(), randomBytes(10)), at: Date.now(), context: { user: 'u-1' } });
const event = () => ({ type: 'event', ...head(), key: 'purchase', value: 2 });
const exposure = () => ({ type: 'exposure', ...head(), flag: 'checkout', variant: 'on' });
const bodyOf = (items: readonly object[]) =>
  Buffer.from(JSON.stringify({ sentAt: Date.now(), items, sdk: { name: 'story', version: '1' } }));

interface LiveData {
  readonly items: readonly { readonly id: string }[];
}

// One product for each mode; every part of the way of items has its sentence here.
describe.each(modes)('%s', (mode) => {
  let product: Product;
  let shop: Shop;
  let clientKey: string;

  beforeAll(async () => {
    product = await startProduct({ mode });
    shop = await openShop(product);
    await shop.createEvent('purchase', 'double');
    clientKey = (await shop.createKey({ name: 'page', kind: 'client' })).secret;
  });
  afterAll(() => product?.stop());

  async function post(path: string, body: Uint8Array, encoding?: string, key = shop.serverKey) {
    const response = await fetch(`${product.url}/v1/sdk/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-stitchd-sdk-key': key,
        ...(encoding !== undefined && { 'content-encoding': encoding }),
      },
      body: new Uint8Array(body),
    });
    return { status: response.status, ...((await response.json()) as { accepted: number; rejected: readonly unknown[] }) };
  }

  test('Items that are sent by every way in, some by all of them, arrive and count once', async () => {
    // Whoever does not know whether they arrived sends them again, by whatever way.
    const [both, shown] = [event(), exposure()];
    const mixed = () => bodyOf([both, shown, event(), exposure()]);
    const exposures = () => bodyOf([shown, exposure()]);
    const taken = { status: 202, accepted: 4, rejected: [] };
    expect(await post('events', mixed())).toMatchObject(taken);
    expect(await post('events', gzipSync(mixed()), 'gzip')).toMatchObject(taken);
    expect(await post('events', brotliCompressSync(mixed()), 'br', clientKey)).toMatchObject(taken);
    expect(await post('exposures', exposures())).toMatchObject({ ...taken, accepted: 2 });
    expect(await sendOverGrpc(product, shop.serverKey, 'SendEvents', mixed())).toMatchObject({ accepted: 4 });
    expect(await sendOverGrpc(product, shop.serverKey, 'SendExposures', exposures())).toMatchObject({ accepted: 2 });
    const client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey, logger: silent });
    expect(client.track('purchase', { targetingKey: 'u-2' }, { value: 1 })).toBe(true);
    expect(await client.flush()).toBe(true);
    await client.close();
    // By REST three times and by gRPC once one of each, one more exposure by both; one event of the SDK.
    await expect.poll(() => storedItems(shop), patience).toEqual({ events: 6, exposures: 7, waiting: 0 });
  });

  test('A metric that nobody has stored is previewed over what has arrived, each event once', async () => {
    const context = { user: 'u-metric' };
    const items = [3, 4, 8].map((value) => ({ ...event(), value, context, properties: { plan: value > 3 ? 'pro' : 'free' } }));
    for (const repeat of ['once', 'again']) expect(await post('events', bodyOf(items)), repeat).toMatchObject({ accepted: 3 });
    const preview = () =>
      answered(
        shop.rest.POST('/v1/projects/{project}/environments/{environment}/metrics/preview', {
          params: { path: { project: shopProject, environment: shopEnvironment } },
          body: {
            definition: { type: 'sum', event: 'purchase', filter: { property: 'plan', operator: '=', value: 'pro' } },
            days: 2,
          },
        }),
      );
    await expect.poll(preview, patience).toMatchObject({ events: 2, units: 1, eventsWithoutData: [] });
    const { days } = await preview();
    expect(days.reduce((sum, { value = 0, activeUnits }) => sum + value * activeUnits, 0)).toBeCloseTo(12, 9);
  });

  test('An event that nobody has defined is named where it is tracked, kept aside, and counts once somebody defines it', async () => {
    const warnings: string[] = [];
    const logger = { ...silent, warn: (message: string) => void warnings.push(message) };
    const client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey, logger });
    expect(client.track('refund', { targetingKey: 'u-2' }, { value: 3 })).toBe(true);
    expect(client.track('purchase', { targetingKey: 'u-2' })).toBe(false);
    expect(warnings).toEqual([
      'event refund is not defined; the server keeps it aside for 7 days',
      'event purchase needs a number as its value; it is not sent',
    ]);
    await client.flush();
    expect(client.status().events).toMatchObject({ accepted: 1, quarantined: 1, misfits: { undefinedEvent: 1, wrongValue: 1 } });
    await client.close();
    await expect.poll(async () => (await storedItems(shop)).waiting, patience).toBe(0);
    const before = await storedItems(shop);
    await shop.createEvent('refund', 'double');
    await expect.poll(() => storedItems(shop), patience).toEqual({ ...before, events: before.events + 1 });
  });

  test('The usage of a flag is what an SDK evaluated until it was closed, by variant and by SDK', async () => {
    const when = { attribute: 'plan', op: 'equals' as const, values: ['pro'] };
    await shop.createFlag(
      { key: 'banner', type: 'boolean' },
      {
        offVariant: 'off',
        prerequisites: [],
        targets: [],
        rules: [{ id: 'pro', when, serve: { variant: 'on' } }],
        defaultServe: { variant: 'off' },
      },
    );
    const client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey, logger: silent });
    await expect.poll(() => client.allFlags({ targetingKey: 'u-1' }).get('banner')?.reason, patience).toBe('DEFAULT');
    for (let read = 0; read < 41; read++) client.boolean('banner', { targetingKey: `u-${read}` }, true);
    for (let read = 0; read < 23; read++) client.boolean('banner', { targetingKey: `u-${read}`, plan: 'pro' }, false);
    await client.close();
    const usage = () =>
      answered(
        shop.rest.GET('/v1/projects/{project}/environments/{environment}/flags/{flag}/usage', {
          params: { path: { project: shopProject, environment: shopEnvironment, flag: 'banner' } },
        }),
      );
    await expect.poll(async () => (await usage()).senders, patience).toMatchObject([{ sdk: 'stitchd-node', evaluations: 64 }]);
    const { points, uncounted } = await usage();
    expect(points.map(({ variant, reason, evaluations }) => [variant, reason, evaluations])).toEqual([
      ['off', 'DEFAULT', 41],
      ['on', 'TARGETING_MATCH', 23],
    ]);
    expect(uncounted).toBe(0);
  });

  test('The live view tells of an event that came in, and of one that was refused with its reason', async () => {
    const url = `${product.url}/v1/projects/${shopProject}/environments/${shopEnvironment}/live-items?key=purchase&type=event`;
    const end = new AbortController();
    const response = await fetch(url, { headers: { authorization: `Bearer ${product.token}` }, signal: end.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const [good, bad] = [event(), { ...event(), value: 'much' }];
    expect(await post('events', bodyOf([good, bad]))).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] });
    let told = '';
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      told += text;
      if (told.includes(good.id) && told.includes(bad.id)) break;
    }
    end.abort();
    const items = [...told.matchAll(/^data: (.*)$/gm)].flatMap(([, data]) => (JSON.parse(data ?? '') as LiveData).items);
    const ofId = (id: string) => items.filter((item) => item.id === id);
    expect(ofId(good.id)).toMatchObject([{ outcome: 'accepted', key: 'purchase', units: { user: 'u-1' }, value: 2 }]);
    expect(ofId(bad.id)).toMatchObject([{ outcome: 'rejected', code: 'VALUE_WRONG_TYPE', message: expect.stringMatching(/./) }]);
  });

  test('A file that the command brings in comes out of it again, row by row', async () => {
    const before = await storedItems(shop);
    const [file, out] = [path.join(product.dataDirectory, 'orders.csv'), path.join(product.dataDirectory, 'exported.csv')];
    const rows = Array.from(
      { length: 25 },
      (_, row) => `2026-01-31T12:00:${String(row + 10)}Z,purchase,${row}.5,u-import-${row},"a, ""b"""`,
    );
    await writeFile(file, `at,key,value,user,properties.note\n${rows.join('\n')}\n2026-01-31T12:01:00Z,purchase,much,u-wrong,\n`);
    const target = ['--project', shopProject, '--environment', shopEnvironment];
    const imported = await product.run('import', file, ...target, '--json');
    expect(imported, imported.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(imported.stdout)).toMatchObject({ state: 'succeeded', progress: { rows: 26, accepted: 25, rejected: 1 } });
    const again = await product.run('import', file, ...target);
    expect(again.code, again.stdout).not.toBe(0);
    await expect.poll(async () => (await storedItems(shop)).waiting, patience).toBe(0);
    const period = ['--from', '2026-01-31', '--to', '2026-02-01', '--out', out];
    const exported = await product.run('export', ...target, ...period);
    expect(exported, exported.stderr).toMatchObject({ code: 0 });
    const lines = (await readFile(out, 'utf8')).trimEnd().split(/\r?\n/);
    expect(lines).toHaveLength(26);
    expect(lines[25]).toContain('u-import-24');
    expect((await storedItems(shop)).events).toBe(before.events);
  });
});
