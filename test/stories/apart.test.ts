import { connect } from 'node:http2';
import { Stitchd, type SdkLogger, type StitchdClient } from '@stitchd/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { restartService, startProduct, type Product } from '../support/product.ts';
import { openShop, type Shop } from '../support/shop.ts';

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const patience = { timeout: 60_000, interval: 100 };
let product: Product;
let shop: Shop;
let client: StitchdClient;

beforeAll(async () => {
  product = await startProduct({ mode: 'apart' });
  shop = await openShop(product);
  await shop.createFlag({ key: 'a', name: 'A', type: 'boolean' });
  client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey, logger: silent });
});
afterAll(async () => {
  await client?.close();
  await product?.stop();
});

test('A service that is killed takes nothing else with it: its writes are refused by name, and a restart is enough', async () => {
  product.processes.get('flag-service')?.kill('SIGKILL');
  await expect.poll(async () => (await fetch(`${product.url}/readyz`)).status, patience).toBe(503);
  expect(await (await fetch(`${product.url}/readyz`)).text()).toContain('flag-service');
  expect(client.boolean('a', {}, false)).toBe(true);
  const refused = await shop.rest.POST('/v1/projects/{project}/flags', {
    params: { path: { project: 'shop' } },
    body: { key: 'b', type: 'boolean' },
  });
  expect([refused.response.status, refused.error?.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  // What does not need it goes on.
  expect((await shop.rest.GET('/v1/projects', {})).response.status).toBe(200);
  await restartService(product, 'flag-service');
  await expect.poll(async () => (await fetch(`${product.url}/readyz`)).status, patience).toBe(200);
  await shop.setEnabled('a', false);
  await expect.poll(() => client.booleanDetails('a', {}, true).reason, patience).toBe('DISABLED');
});

test('A backend that is reached directly answers nobody without a principal that the gateway signed', async () => {
  const port = product.environment['STITCHD_AUTH_GRPC_PORT'];
  const session = connect(`http://127.0.0.1:${port}`);
  const status = await new Promise<string>((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/stitchd.auth.v1.Directory/ListProjects',
      'content-type': 'application/grpc',
      te: 'trailers',
      // A bare header names nobody.
      authorization: `Bearer ${product.token}`,
    });
    stream.on('response', (headers) => headers['grpc-status'] !== undefined && resolve(String(headers['grpc-status'])));
    stream.on('trailers', (trailers) => resolve(String(trailers['grpc-status'])));
    stream.resume();
    stream.end(Buffer.alloc(5));
  });
  session.close();
  expect(status).toBe('16');
});
