import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Stitchd, type SdkLogger, type StitchdClient } from '@stitchd/sdk';
import { Stitchd as EdgeStitchd } from '@stitchd/sdk/edge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProduct, type Product } from '../support/product.ts';
import { openShop, type Shop } from '../support/shop.ts';

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const nowhere = 'http://127.0.0.1:9';
const timeout = { timeout: 30_000 };
let product: Product;
let shop: Shop;
let directory: string;
const clients: StitchdClient[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-definitions-'));
  product = await startProduct({ mode: 'together' });
  shop = await openShop(product);
  await shop.createFlag({ key: 'release', name: 'Release', type: 'boolean' });
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await product?.stop();
  await rm(directory, { recursive: true, force: true });
});

const servers = () => ({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey, logger: silent });

async function kept(client: Promise<StitchdClient>): Promise<StitchdClient> {
  clients.push(await client);
  return client;
}

test('Each way of following a running product leads to the same state, and to the same change', async () => {
  const shared = { ...servers(), pollIntervalMs: 1_000 };
  const all = [
    await kept(Stitchd.init({ ...shared, mode: 'stream' })),
    await kept(Stitchd.init({ ...shared, mode: 'sse' })),
    await kept(Stitchd.init({ ...shared, mode: 'poll' })),
    await kept(EdgeStitchd.init({ ...shared, mode: 'sse' })),
    await kept(EdgeStitchd.init({ ...shared, mode: 'poll' })),
  ];
  expect(all.map((client) => client.status().source)).toEqual(['stream', 'sse', 'poll', 'sse', 'poll']);
  const [first] = all;
  for (const client of all) {
    expect(client.status()).toMatchObject({ connection: 'connected', stale: false, environmentId: expect.any(String) as string });
    expect(client.status().environmentId).toBe(first?.status().environmentId);
    expect(client.status().revision).toBe(first?.status().revision);
    expect(client.boolean('release', {}, false)).toBe(true);
  }
  await shop.setEnabled('release', false);
  for (const client of all) await expect.poll(() => client.booleanDetails('release', {}, true).reason, timeout).toBe('DISABLED');
  await shop.setEnabled('release', true);
  for (const client of all) await expect.poll(() => client.boolean('release', {}, false), timeout).toBe(true);
});

test('Where the port of FlagSync can not be reached, the HTTP port is enough', async () => {
  const client = await kept(Stitchd.init({ ...servers(), syncUrl: nowhere }));
  expect(client.status()).toMatchObject({ source: 'sse', connection: 'connected', ready: true });
});

test.each(['sse', 'poll'] as const)(
  'A key that is revoked is refused by %s too, and flags go on being answered',
  async (mode) => {
    const { secret, key } = await shop.createKey({ name: `to be revoked, ${mode}`, kind: 'server' });
    const client = await kept(Stitchd.init({ ...servers(), sdkKey: secret, mode, pollIntervalMs: 1_000 }));
    expect(client.status().connection).toBe('connected');
    await shop.rest.POST('/v1/projects/{project}/environments/{environment}/sdk-keys/{id}/revoke', {
      params: { path: { project: 'shop', environment: 'development', id: key.id } },
    });
    await expect.poll(() => client.status().connection, timeout).toBe('refused');
    expect(client.boolean('release', {}, false)).toBe(true);
  },
);

test('What the product answers to a poll is a bootstrap, for a client that never asks anybody', async () => {
  const answer = await fetch(`${product.url}/v1/sdk/definitions`, { headers: { 'x-stitchd-sdk-key': shop.serverKey } });
  const file = path.join(directory, 'definitions.json');
  await writeFile(file, await answer.text());
  const client = await kept(Stitchd.init({ offline: true, bootstrap: { file }, logger: silent }));
  expect(client.boolean('release', {}, false)).toBe(true);
  expect(client.status()).toMatchObject({ source: 'bootstrap', connection: 'offline' });
});

test('After every part of the product is gone, a program that starts anew answers from disk', async () => {
  const storageDirectory = path.join(directory, 'kept');
  const before = await kept(Stitchd.init({ ...servers(), storageDirectory }));
  const { revision, environmentId } = before.status();
  await before.close();
  for (const child of product.processes.values()) child.kill('SIGKILL');
  const client = await kept(Stitchd.init({ ...servers(), storageDirectory }));
  expect(client.status()).toMatchObject({ source: 'disk', stale: true, ready: true, revision, environmentId });
  expect(client.boolean('release', {}, false)).toBe(true);
});
