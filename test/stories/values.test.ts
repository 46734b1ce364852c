import { answered } from '@stitchd/rest-client';
import type { ContextValues } from '@stitchd/core';
import { Stitchd, type StitchdClient } from '@stitchd/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followValues } from '../../services/gateway/src/values/follow-values.test-support.ts';
import { modes, startProduct, type Product } from '../support/product.ts';
import { openShop, shopEnvironment, shopProject, storedItems, type Shop } from '../support/shop.ts';
import { splitExperiments } from '../support/split-experiments.ts';

const plain = { offVariant: 'off', prerequisites: [], targets: [], rules: [], defaultServe: { variant: 'off' } };
const anna = { targetingKey: 'anna', plan: 'pro' };

describe.each(modes)('%s', (mode) => {
  let product: Product;
  let shop: Shop;
  let server: StitchdClient;
  let clientKey: string;

  beforeAll(async () => {
    product = await startProduct({ mode });
    shop = await openShop(product);
    const when = { attribute: 'plan', op: 'equals' as const, values: ['pro'] };
    const rules = [{ id: 'pro', when, serve: { variant: 'on' } }];
    await shop.createFlag({ key: 'checkout', type: 'boolean', clientVisible: true }, { ...plain, rules });
    await shop.createFlag({ key: 'hidden', type: 'boolean' }, plain);
    clientKey = (await shop.createKey({ name: 'page', kind: 'client' })).secret;
    server = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey });
  });
  afterAll(async () => {
    await server?.close();
    await product?.stop();
  });

  async function ask(body: object): Promise<ContextValues> {
    const response = await fetch(`${product.url}/v1/sdk/values`, {
      method: 'POST',
      headers: { authorization: `Bearer ${clientKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as ContextValues;
  }

  test('The gateway and a rendering server give a page the same values, and prove the same context', async () => {
    await expect
      .poll(async () => (await server.bootstrap(anna))?.flags['checkout']?.reason, { timeout: 10_000 })
      .toBe('TARGETING_MATCH');
    const { contextToken, ...bootstrap } = (await server.bootstrap(anna, { signed: true })) ?? {};
    const values = await ask({ context: anna });
    expect(values).toEqual(bootstrap);
    expect(Object.keys(values.flags)).toEqual(['checkout']);
    // The page can't say to be on another plan than the server said.
    expect((await ask({ context: { ...anna, plan: 'free' } })).flags['checkout']?.value).toBe(false);
    expect((await ask({ context: { ...anna, plan: 'free' }, contextToken })).flags['checkout']?.value).toBe(true);
  });

  test('Where the environment says so, an SDK and the gateway expose what they deliver, and results tell how many units that were', async () => {
    const experiments = splitExperiments(shop);
    await experiments.createMetric('bought');
    await experiments.draft('delivered', 'bought');
    await experiments.start('delivered');
    const { iterationId } = await experiments.read('delivered');
    const isThere = () => server.trace('delivered', anna).details.metadata.iterationId;
    await expect.poll(isThere, { timeout: 10_000 }).toBe(iterationId);
    // Before the switch these expose nobody, and a read does.
    for (const user of ['early-1', 'early-2']) server.allFlags({ targetingKey: user });
    server.boolean('delivered', { targetingKey: 'reader' }, false);
    const path = { project: shopProject, environment: shopEnvironment };
    const header = { 'If-Match': '"1"' };
    await answered(
      shop.rest.PATCH('/v1/projects/{project}/environments/{environment}/event-settings', {
        params: { path, header },
        body: { exposuresOn: 'delivery' },
      }),
    );
    const remotely = { authorization: `Bearer ${shop.serverKey}`, 'content-type': 'application/json' };
    const bulk = (user: string) =>
      fetch(`${product.url}/ofrep/v1/evaluate/flags`, {
        method: 'POST',
        headers: remotely,
        body: JSON.stringify({ context: { targetingKey: user } }),
      });
    // Both hear of it while they run.
    const stored = async (): Promise<number> => {
      server.allFlags({ targetingKey: 'sdk-unit' });
      await bulk('remote-unit');
      await server.flush();
      const { exposures, waiting } = await storedItems(shop);
      return waiting === 0 ? exposures : 0;
    };
    await expect.poll(stored, { timeout: 30_000 }).toBe(3);
    server.allFlags({ targetingKey: 'reader' });
    server.allFlags({ targetingKey: 'looked-at' }, { exposure: false });
    expect(await stored()).toBe(3);
    const results = await experiments.results('experiments', 'delivered');
    const sum = (name: 'units' | 'deliveredUnits') => results?.arms.reduce((total, arm) => total + arm[name], 0);
    expect([sum('units'), sum('deliveredUnits')]).toEqual([3, 2]);
    const check = results?.health.find((each) => each.check === 'deliveries');
    expect(check).toMatchObject({
      status: 'warning',
      cause: expect.stringContaining('2 (67\u00A0%) were first seen by a delivery'),
    });
  });

  test('A change of what a context is answered is pushed, and a key that is revoked ends its stream', async () => {
    const { key, secret } = await shop.createKey({ name: 'doomed', kind: 'client' });
    const stream = await followValues(product.url, secret, { context: anna });
    expect((await stream.next('values')).flags['checkout']?.value).toBe(true);
    await shop.setEnabled('hidden', false);
    await shop.setEnabled('checkout', false);
    expect((await stream.next('values')).flags['checkout']).toMatchObject({ value: false, reason: 'DISABLED' });
    const params = { path: { project: shopProject, environment: shopEnvironment, id: key.id } };
    await answered(shop.rest.POST('/v1/projects/{project}/environments/{environment}/sdk-keys/{id}/revoke', { params }));
    expect(await stream.next('error')).toMatchObject({ code: 'KEY_REVOKED' });
    await stream.ended;
  });
});
