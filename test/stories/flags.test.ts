import { fileURLToPath } from 'node:url';
import { credentials, loadPackageDefinition, Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Stitchd, type SdkLogger, type StitchdClient } from '@stitchd/sdk';
import { answered } from '@stitchd/rest-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modes, startProduct, type Product } from '../support/product.ts';
import { openShop, shopEnvironment, shopProject, type Shop } from '../support/shop.ts';

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const proRule = { id: 'pro', when: { attribute: 'plan', op: 'equals' as const, values: ['pro'] }, serve: { variant: 'on' } };
const plain = { offVariant: 'off', prerequisites: [], targets: [], rules: [], defaultServe: { variant: 'off' } };

describe.each(modes)('%s', (mode) => {
  let product: Product;
  let shop: Shop;
  const clients: StitchdClient[] = [];

  beforeAll(async () => {
    product = await startProduct({ mode });
    shop = await openShop(product);
    await shop.createFlag(
      { key: 'new-checkout', name: 'New checkout', type: 'boolean', clientVisible: true },
      { ...plain, rules: [proRule] },
    );
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await product?.stop();
  });

  async function connect(): Promise<StitchdClient> {
    const client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey, logger: silent });
    clients.push(client);
    return client;
  }

  test('A flag that is configured over REST is evaluated in process by the SDK, with its reason', async () => {
    const client = await connect();
    expect(client.booleanDetails('new-checkout', { targetingKey: 'u-1', plan: 'pro' }, false)).toMatchObject({
      value: true,
      variant: 'on',
      reason: 'TARGETING_MATCH',
    });
    expect(client.boolean('new-checkout', { targetingKey: 'u-1', plan: 'free' }, true)).toBe(false);
  });

  test('The flags of a running product become types, by an API token or by a server key', async () => {
    const byProject = await product.run('types', '--project', 'shop', '--url', product.url);
    expect(byProject).toMatchObject({ code: 0, stderr: '' });
    expect(byProject.stdout).toContain("/** New checkout */\n  readonly 'new-checkout': {\n    readonly type: 'boolean';");
    const byKey = await product.run('types', '--sdk-key', shop.serverKey, '--url', product.url);
    expect(byKey.stdout.replace('an environment', 'project shop')).toBe(byProject.stdout.replaceAll(/ {2}\/\*\* .* \*\/\n/g, ''));
    expect(await product.run('types', '--url', product.url)).toMatchObject({ code: 2 });
  });

  test('An override link shows its variant to whoever comes with it, and to nobody else', async () => {
    const client = await connect();
    const link = await answered(
      shop.rest.POST('/v1/projects/{project}/environments/{environment}/override-links', {
        params: { path: { project: shopProject, environment: shopEnvironment } },
        body: { flags: { 'new-checkout': 'on' }, expiresInSeconds: 600 },
      }),
    );
    const token = new URLSearchParams(link.query).get('stitchd_overrides') ?? '';
    const visitor = { targetingKey: 'u-1', plan: 'free' };
    expect(client.context(visitor, { overrides: token }).booleanDetails('new-checkout', false)).toMatchObject({
      value: true,
      variant: 'on',
      reason: 'STATIC',
      metadata: { override: 'link' },
    });
    expect(client.context(visitor).boolean('new-checkout', true)).toBe(false);
    // Not the last character: some of its bits count for nothing.
    const forged = `${token.slice(0, -2)}${token.at(-2) === 'A' ? 'B' : 'A'}${token.at(-1)}`;
    expect(client.context(visitor, { overrides: forged }).boolean('new-checkout', true)).toBe(false);
    const { items } = await answered(shop.rest.GET('/v1/audit', { params: { query: { limit: 5 } } }));
    expect(items.map(({ action }) => action)).toContain('flag.override-link');
  });

  test('A change reaches a connected SDK by push', async () => {
    const client = await connect();
    await shop.setEnabled('new-checkout', false);
    await expect
      .poll(() => client.booleanDetails('new-checkout', { plan: 'pro' }, true).reason, { timeout: 10_000 })
      .toBe('DISABLED');
    await shop.setEnabled('new-checkout', true);
    await expect.poll(() => client.boolean('new-checkout', { plan: 'pro' }, false), { timeout: 10_000 }).toBe(true);
  });

  test('A split given by weights serves the same variant to the same unit in the SDK and over OFREP', async () => {
    await shop.createFlag(
      {
        key: 'colour',
        name: 'Colour',
        type: 'string',
        variants: [
          { key: 'red', value: '#f00' },
          { key: 'blue', value: '#00f' },
        ],
      },
      { ...plain, offVariant: 'red', defaultServe: { split: { contextKind: 'user', weights: { red: 50_000, blue: 50_000 } } } },
    );
    const client = await connect();
    await expect.poll(() => client.stringDetails('colour', { targetingKey: 'x' }, '').reason, { timeout: 10_000 }).toBe('SPLIT');
    const seen = new Set<string>();
    for (let index = 0; index < 20; index++) {
      const context = { targetingKey: `unit-${index}` };
      const inProcess = client.stringDetails('colour', context, '');
      const response = await fetch(`${product.url}/ofrep/v1/evaluate/flags/colour`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-stitchd-sdk-key': shop.serverKey },
        body: JSON.stringify({ context }),
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        key: 'colour',
        value: inProcess.value,
        variant: inProcess.variant,
        reason: 'SPLIT',
      });
      seen.add(inProcess.value);
    }
    expect(seen.size).toBe(2);
  });

  test('A stock grpc-js client syncs from the public port with nothing but the .proto file', async () => {
    const protoDirectory = fileURLToPath(new URL('../../packages/proto/proto', import.meta.url));
    const loaded = loadPackageDefinition(
      loadSync('stitchd/sync/v1/sync.proto', { includeDirs: [protoDirectory], keepCase: true, longs: Number, defaults: true }),
    ) as never as {
      stitchd: { sync: { v1: { FlagSync: new (address: string, channel: unknown) => never } } };
    };
    const client = new loaded.stitchd.sync.v1.FlagSync(new URL(product.syncUrl).host, credentials.createInsecure()) as never as {
      SyncDefinitions(request: object, metadata: Metadata): NodeJS.ReadableStream & { cancel(): void };
      close(): void;
    };
    const metadata = new Metadata();
    metadata.set('x-stitchd-sdk-key', shop.serverKey);
    const stream = client.SyncDefinitions({ have_revision: 0 }, metadata);
    const message = await new Promise<{
      revision: number;
      from_revision: number;
      last: boolean;
      entities: { kind: string; body: Buffer }[];
    }>((resolve, reject) => {
      stream.once('data', resolve);
      stream.once('error', reject);
    });
    stream.on('error', () => undefined);
    stream.cancel();
    expect(message.from_revision).toBe(0);
    expect(message.last).toBe(true);
    expect(message.entities.map(({ body }) => (JSON.parse(body.toString()) as { key: string }).key)).toContain('new-checkout');

    const refused = client.SyncDefinitions({ have_revision: 0 }, new Metadata());
    const error = await new Promise<ServiceError>((resolve) => refused.once('error', resolve));
    expect(error.code).toBe(16);
    client.close();
  });

  test('A revoked key is refused at once, and its open streams end', async () => {
    const { secret, key } = await shop.createKey({ name: 'to be revoked', kind: 'server' });
    const client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: secret, logger: silent });
    clients.push(client);
    expect(client.status().connection).toBe('connected');
    const revoked = await shop.rest.POST('/v1/projects/{project}/environments/{environment}/sdk-keys/{id}/revoke', {
      params: { path: { project: 'shop', environment: 'development', id: key.id } },
    });
    expect(revoked.response.status).toBe(200);
    await expect.poll(() => client.status().connection, { timeout: 10_000 }).toBe('refused');
    // What it had it goes on answering.
    expect(client.boolean('new-checkout', { plan: 'pro' }, false)).toBe(true);
  });

  test('A second client of the same environment sees the same revision', async () => {
    const [one, two] = [await connect(), await connect()];
    expect(one.status().revision).toBe(two.status().revision);
    expect(one.status().revision).toBeGreaterThan(0);
  });
});

describe.each(modes)('%s, when the server dies', (mode) => {
  test('A connected SDK keeps answering, and comes back by itself when the server does', async () => {
    const product = await startProduct({ mode });
    let again: Product | undefined;
    let client: StitchdClient | undefined;
    try {
      const shop = await openShop(product);
      await shop.createFlag({ key: 'a', name: 'A', type: 'boolean' });
      client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey, logger: silent });
      expect(client.boolean('a', {}, false)).toBe(true);
      for (const child of product.processes.values()) child.kill('SIGKILL');
      await expect.poll(() => client?.status().connection, { timeout: 20_000 }).toBe('reconnecting');
      expect(client.booleanDetails('a', {}, false)).toMatchObject({ value: true, reason: 'STATIC' });
      // After a kill of every part, the next start on the same data recovers.
      again = await startProduct({ mode, dataDirectory: product.dataDirectory, environment: product.environment });
      await expect.poll(() => client?.status().connection, { timeout: 60_000 }).toBe('connected');
      expect(client.boolean('a', {}, false)).toBe(true);
    } finally {
      await client?.close();
      await again?.stop();
      await product.stop();
    }
  });
});
