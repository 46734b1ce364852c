import { Stitchd, type SdkLogger, type StitchdClient } from '@stitchd/sdk';
import { answered } from '@stitchd/rest-client';
import type { ServiceName } from '@stitchd/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modes, restartService, startProduct, type Mode, type Product } from '../support/product.ts';
import { openShop, shopEnvironment, shopProject, type Shop } from '../support/shop.ts';

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const serve = (variant: string) => ({ offVariant: 'off', prerequisites: [], targets: [], defaultServe: { variant } });
const polled = { timeout: 30_000, interval: 10 };
const keys = (count: number, first = 0) => Array.from({ length: count }, (_, index) => `member-${first + index}`);

type Membership = 'in' | 'out' | 'unknown';

describe.each(modes)('%s', (mode: Mode) => {
  let product: Product;
  let shop: Shop;
  let client: StitchdClient;

  beforeAll(async () => {
    const environment = { STITCHD_SEGMENTATION_SYNCED_KEYS: '6000', STITCHD_SEGMENTATION_EXPIRY_INTERVAL: '250ms' };
    product = await startProduct({ mode, environment });
    shop = await openShop(product);
    await answered(
      shop.rest.POST('/v1/projects/{project}/environments/{environment}/segments', {
        params: { path },
        body: { key: 'vip', type: 'list', included: ['always'] },
      }),
    );
    const flag = { type: 'boolean' as const, clientVisible: true };
    await shop.createFlag(
      { key: 'for-vip', name: 'For VIPs', ...flag },
      { ...serve('off'), rules: [{ id: 'in', when: { inSegment: 'vip' }, serve: { variant: 'on' } }] },
    );
    await shop.createFlag(
      { key: 'for-others', name: 'For others', ...flag },
      { ...serve('off'), rules: [{ id: 'out', when: { not: { inSegment: 'vip' } }, serve: { variant: 'on' } }] },
    );
    client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey, logger: silent });
  });
  afterAll(async () => {
    await client?.close();
    await product?.stop();
  });

  const path = { project: shopProject, environment: shopEnvironment };
  const at = { params: { path: { ...path, segment: 'vip' } } };
  type NewKey = string | { readonly key: string; readonly expiresAt: string };
  const change = (add: readonly NewKey[], remove: readonly string[] = [], side: 'included' | 'excluded' = 'included') =>
    answered(
      shop.rest.POST('/v1/projects/{project}/environments/{environment}/segments/{segment}/keys', {
        ...at,
        body: { side, add: [...add], remove: [...remove] },
      }),
    );

  function read(targetingKey: string, reader: StitchdClient = client): Membership {
    const answer = reader.context({ targetingKey });
    if (answer.boolean('for-vip', false)) return 'in';
    return answer.boolean('for-others', false) ? 'out' : 'unknown';
  }
  const inSdk = (targetingKey: string) => expect.poll(() => read(targetingKey), polled);
  async function overOfrep(targetingKey: string): Promise<unknown> {
    const response = await fetch(`${product.url}/ofrep/v1/evaluate/flags/for-vip`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${shop.serverKey}` },
      body: JSON.stringify({ context: { targetingKey } }),
    });
    return ((await response.json()) as { readonly value?: unknown }).value;
  }

  /** Reads two keys again and again while something happens, and says what was seen. */
  async function watching(
    work: () => Promise<void>,
  ): Promise<{ readonly member: Set<Membership>; readonly stranger: Set<Membership> }> {
    const seen = { member: new Set<Membership>(), stranger: new Set<Membership>() };
    let isDone = false;
    const reading = (async () => {
      while (!isDone) {
        seen.member.add(read('always'));
        seen.stranger.add(read('never'));
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await work().finally(() => (isDone = true));
    await reading;
    return seen;
  }

  test('A list grows and shrinks through all three ways while evaluations go on: at most unknown, never wrong', async () => {
    const { member, stranger } = await watching(async () => {
      await change(keys(4_999));
      await inSdk('member-4998').toBe('in');
      expect(await overOfrep('member-4998')).toBe(true);
      await change(keys(2_000, 5_000));
      await inSdk('member-6999').toBe('in');
      await inSdk('nobody').toBe('out');
      expect([await overOfrep('member-6999'), await overOfrep('nobody')]).toEqual([true, false]);
      // Long enough on the server for answers to be remembered there and here; then home, and away again with other keys.
      await inSdk('never').toBe('out');
      await change([], keys(2_000, 5_000));
      await inSdk('member-6999').toBe('out');
      await change(['nobody', ...keys(3_000, 10_000)]);
      await inSdk('nobody').toBe('in');
      await change([], ['nobody', ...keys(4_999), ...keys(3_000, 10_000)]);
      await inSdk('nobody').toBe('out');
    });
    expect(member.has('out')).toBe(false);
    expect(stranger.has('in')).toBe(false);
    expect([...member]).toContain('in');
  });

  test('A key that expires leaves the list, told as keys or asked for on the server', async () => {
    const expiringSoon = () => ({ key: `guest-${Date.now()}`, expiresAt: new Date(Date.now() + 3_000).toISOString() });
    const inline = expiringSoon();
    await change([inline]);
    await inSdk(inline.key).toBe('in');
    await inSdk(inline.key).toBe('out');
    await change(keys(6_001));
    const remote = expiringSoon();
    await change([remote]);
    await inSdk(remote.key).toBe('in');
    await inSdk(remote.key).toBe('out');
    expect(await overOfrep(remote.key)).toBe(false);
  });

  test('On the server: what is unknown is known a little later, a prepared context at once, and a change is seen', async () => {
    expect(read('member-6000')).toBe('unknown');
    await inSdk('member-6000').toBe('in');
    const prepared = await client.prepare({ targetingKey: 'member-5999' });
    expect([prepared.unresolved, prepared.boolean('for-vip', false)]).toEqual([[], true]);
    await inSdk('latecomer').toBe('out');
    await change(['latecomer']);
    await inSdk('latecomer').toBe('in');
    await change(['latecomer'], [], 'excluded');
    await inSdk('latecomer').toBe('out');
    expect(client.status().memberships).toMatchObject({ dropped: 0, lastError: undefined });
  });

  test('The check takes server keys, 1,000 questions and no more', async () => {
    const { secret: clientKey } = await shop.createKey({ name: 'browser', kind: 'client', allowedOrigins: [] });
    const ask = async (key: string, count: number) => {
      const questions = keys(count).map((contextKey) => ({ segmentKey: 'vip', contextKey }));
      const response = await fetch(`${product.url}/v1/sdk/segments/check`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-stitchd-sdk-key': key },
        body: JSON.stringify({ questions }),
      });
      const body = (await response.json()) as {
        readonly code?: string;
        readonly answers?: readonly { readonly outcome: string }[];
      };
      return [response.status, body.code, body.answers?.every(({ outcome }) => outcome === 'member')];
    };
    expect(await ask(shop.serverKey, 1_000)).toEqual([200, undefined, true]);
    expect(await ask(shop.serverKey, 1_001)).toEqual([400, 'VALIDATION_FAILED', undefined]);
    expect(await ask(clientKey, 1)).toEqual([403, 'KEY_WRONG_KIND', undefined]);
  });

  // Together nothing can be taken away from the gateway by itself.
  test.each<ServiceName>(mode === 'apart' ? ['segmentation-service'] : [])(
    'Without %s what is known goes on, the rest is unknown and named by prepare, and its return is noticed',
    async (service) => {
      await client.prepare({ targetingKey: 'member-1' });
      expect(await overOfrep('member-1')).toBe(true);
      product.processes.get(service)?.kill('SIGKILL');
      const unknown = await client.prepare({ targetingKey: 'member-2' }, undefined, { timeoutMs: 10_000 });
      expect([unknown.unresolved, read('member-1'), read('member-2')]).toEqual([['vip'], 'in', 'unknown']);
      expect([await overOfrep('member-1'), await overOfrep('member-2')]).toEqual([true, false]);
      const metrics = await fetch(`http://127.0.0.1:${product.environment['STITCHD_GATEWAY_METRICS_PORT']}/metrics`);
      expect(await metrics.text()).toMatch(/^stitchd_remote_unresolved_memberships_total\{[^}]*\} [1-9]/m);
      await restartService(product, service);
      await inSdk('member-2').toBe('in');
    },
  );
});
