import {
  AsyncLocalStorageTransactionContextPropagator,
  OpenFeature,
  ProviderEvents,
  type EventDetails,
} from '@openfeature/server-sdk';
import type { FlagDefinition } from '@stitchd/core';
import { createTestClient, type SdkLogger } from '@stitchd/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  startDefinitionsServer,
  snapshotOf,
  type DefinitionsServer,
} from '../../sdk/src/sync/definitions-server.test-support.ts';
import { experimentFlag } from '../../sdk/src/testing/split-flag.test-support.ts';
import { StitchdProvider } from './stitchd-provider.ts';

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const context = { targetingKey: 'u-42' };
let server: DefinitionsServer;

beforeEach(async () => {
  server = await startDefinitionsServer();
});
afterEach(async () => {
  await OpenFeature.clearProviders();
  OpenFeature.setContext({});
  await server.close();
});

const entity = (definition: FlagDefinition, revision: number) => ({
  kind: 'flag',
  id: definition.key,
  revision,
  body: JSON.stringify(definition),
});
const simple = (key: string, change: Partial<FlagDefinition> = {}) =>
  experimentFlag(key, { defaultServe: { variant: 'on' }, ...change });

/** A provider over a real client, whose definitions come by server-sent events. */
const connected = () =>
  new StitchdProvider({ url: server.url, sdkKey: 'stsk_x', mode: 'sse', logger: silent, flushIntervalMs: 10 });

test('An answer has value, variant, reason and the facts of its evaluation; an error the default and its code', async () => {
  const client = createTestClient({
    definitions: [
      simple('ruled', {
        rules: [{ id: 'r-1', when: { attribute: 'plan', op: 'equals', values: ['pro'] }, serve: { variant: 'off' } }],
      }),
      simple('hollow', { defaultServe: { variant: 'purple' } }),
    ],
    logger: silent,
  });
  await OpenFeature.setProviderAndWait(new StitchdProvider(client));
  const { getBooleanDetails } = bound();
  expect(await getBooleanDetails('ruled', true, { ...context, plan: 'pro' })).toEqual({
    flagKey: 'ruled',
    value: false,
    variant: 'off',
    reason: 'TARGETING_MATCH',
    flagMetadata: { flagRevision: expect.any(Number) as unknown, ruleId: 'r-1' },
  });
  expect(await getBooleanDetails('hollow', true, context)).toMatchObject({ value: true, reason: 'ERROR', errorCode: 'GENERAL' });
});

const bound = () => {
  const client = OpenFeature.getClient();
  return { getBooleanDetails: client.getBooleanDetails.bind(client), client };
};

test('Contexts of all levels are merged, and the result is read with its kinds, dates and lists', async () => {
  const when = {
    all: [
      { kind: 'org', attribute: 'key', op: 'equals', values: ['acme'] },
      { attribute: 'since', op: 'before', values: ['2026-01-01T00:00:00Z'] },
      { attribute: 'roles', op: 'equals', values: ['admin'] },
      { attribute: '/address/country', op: 'equals', values: ['NZ'] },
      { attribute: 'plan', op: 'equals', values: ['pro'] },
    ],
  } as const;
  const flag = simple('deep', { rules: [{ id: 'r', when, serve: { variant: 'off' } }] });
  OpenFeature.setTransactionContextPropagator(new AsyncLocalStorageTransactionContextPropagator());
  OpenFeature.setContext({ plan: 'free', org: { key: 'acme', seats: 4 } });
  await OpenFeature.setProviderAndWait(new StitchdProvider(createTestClient({ definitions: [flag], logger: silent })));
  const { client } = bound();
  client.setContext({ plan: 'pro', roles: ['editor', 'admin'] });
  const asked: Promise<unknown>[] = [];
  OpenFeature.setTransactionContext({ address: { country: 'NZ' } }, () => {
    asked.push(client.getBooleanDetails('deep', true, { ...context, since: new Date('2025-06-01') }));
  });
  expect(await asked[0]).toMatchObject({ value: false, reason: 'TARGETING_MATCH' });
  expect(await client.getBooleanDetails('deep', true, { since: new Date('2025-06-01') })).toMatchObject({ reason: 'DEFAULT' });
});

test('A read under a running experiment is exposed, and what is tracked carries its value and attributes', async () => {
  const sdk = createTestClient({ definitions: [experimentFlag('checkout')], logger: silent });
  await OpenFeature.setProviderAndWait(new StitchdProvider(sdk));
  const { client } = bound();
  expect(await client.getBooleanDetails('checkout', false, { ...context, org: { key: 'acme' } })).toMatchObject({
    reason: 'SPLIT',
  });
  client.track('purchase', context, { value: 19.9, currency: 'EUR', at: new Date('2026-01-01') });
  client.track('opened', context);
  expect(sdk.exposures()).toMatchObject([{ flag: 'checkout', variant: 'on', context: { user: 'u-42', org: 'acme' } }]);
  expect(sdk.events()).toMatchObject([
    { key: 'purchase', value: 19.9, properties: { currency: 'EUR', at: new Date('2026-01-01') }, context: { user: 'u-42' } },
    { key: 'opened' },
  ]);
  expect(sdk.events()[1]).not.toHaveProperty('properties');
});

test('OpenFeature hears of what becomes of the client: changed flags, a lost connection, and its return', async () => {
  const heard: (readonly [string, EventDetails<ProviderEvents> | undefined])[] = [];
  for (const event of [
    ProviderEvents.Ready,
    ProviderEvents.Stale,
    ProviderEvents.ConfigurationChanged,
    ProviderEvents.Error,
  ] as const)
    OpenFeature.addHandler(event, (details) => void heard.push([event, details as EventDetails<ProviderEvents> | undefined]));
  server.publish(1, [entity(simple('release'), 1)]);
  await OpenFeature.setProviderAndWait(connected());
  const { client } = bound();
  expect([await client.getBooleanValue('release', false, context), client.providerStatus]).toEqual([true, 'READY']);
  await expect.poll(() => server.count('stream')).toBe(1);
  const next = [entity(simple('release', { enabled: false }), 2)];
  server.sendMessage(snapshotOf(2, next));
  await expect.poll(() => heard.map(([name]) => name)).toContain('PROVIDER_CONFIGURATION_CHANGED');
  expect(heard.find(([name]) => name === 'PROVIDER_CONFIGURATION_CHANGED')?.[1]).toMatchObject({ flagsChanged: ['release'] });
  expect(await client.getBooleanDetails('release', true, context)).toMatchObject({ value: false, reason: 'DISABLED' });
  server.publish(2, next);
  server.answer = (_, response) => void response.destroy();
  server.hangUp();
  await expect.poll(() => client.providerStatus).toBe('STALE');
  expect(await client.getBooleanValue('release', true, context)).toBe(false);
  server.answer = undefined;
  await expect.poll(() => client.providerStatus, { timeout: 20_000 }).toBe('READY');
  expect(heard.at(-1)?.[0]).toBe('PROVIDER_READY');
});

test('A provider that starts without a server answers defaults, and is ready as soon as definitions come', async () => {
  server.answer = (_, response) => void response.destroy();
  const provider = new StitchdProvider({
    url: server.url,
    sdkKey: 'stsk_x',
    mode: 'poll',
    pollIntervalMs: 1_000,
    waitUntilReadyMs: 50,
    logger: silent,
  });
  await expect(OpenFeature.setProviderAndWait(provider)).rejects.toThrow('there are no definitions yet');
  const { client } = bound();
  expect(client.providerStatus).toBe('ERROR');
  expect(await client.getBooleanDetails('release', true, context)).toMatchObject({
    value: true,
    errorCode: 'PROVIDER_NOT_READY',
  });
  server.publish(1, [entity(simple('release', { enabled: false }), 1)]);
  server.answer = undefined;
  await expect.poll(() => client.providerStatus, { timeout: 20_000 }).toBe('READY');
  expect(await client.getBooleanValue('release', true, context)).toBe(false);
});

test('Options that can not work make the provider fatal, with the sentence of the SDK', async () => {
  await expect(OpenFeature.setProviderAndWait(new StitchdProvider({ url: 'x', sdkKey: 'stck_x' }))).rejects.toThrow(
    'a server needs a server key',
  );
  expect(OpenFeature.getClient().providerStatus).toBe('FATAL');
});

test('Providers for different domains have clients of their own, and closing sends what is queued', async () => {
  const other = await startDefinitionsServer();
  try {
    server.publish(1, [entity(experimentFlag('checkout'), 1)]);
    other.publish(1, [entity(simple('checkout', { enabled: false }), 1)]);
    await OpenFeature.setProviderAndWait('shop', connected());
    await OpenFeature.setProviderAndWait(
      'office',
      new StitchdProvider({ url: other.url, sdkKey: 'stsk_y', mode: 'poll', logger: silent }),
    );
    const read = (domain: string) => OpenFeature.getClient(domain).getBooleanDetails('checkout', true, context);
    expect([(await read('shop')).reason, (await read('office')).reason]).toEqual(['SPLIT', 'DISABLED']);
    await OpenFeature.clearProviders();
    expect(server.items).toMatchObject([
      { type: 'exposure', flag: 'checkout' },
      { type: 'usage', flags: [{ flag: 'checkout', variant: 'on', count: 1 }] },
    ]);
  } finally {
    await other.close();
  }
});

test("An application's own client goes on when OpenFeature is shut down, and tells OpenFeature nothing more", async () => {
  const sdk = createTestClient({ flags: { release: true }, logger: silent });
  const provider = new StitchdProvider(sdk);
  await OpenFeature.setProviderAndWait(provider);
  const changes: unknown[] = [];
  provider.events.addHandler(ProviderEvents.ConfigurationChanged, (details) => void changes.push(details?.flagsChanged));
  await expect
    .poll(() => {
      sdk.setFlag('release', !sdk.boolean('release', {}, true));
      return changes.length;
    })
    .toBeGreaterThan(0);
  expect(changes[0]).toEqual(['release']);
  await OpenFeature.clearProviders();
  const before = changes.length;
  sdk.setFlag('release', false);
  expect([changes.length, sdk.boolean('release', {}, true), sdk.status().connection]).toEqual([before, false, 'connected']);
  expect(provider.client).toBeDefined();
});

test('Asked before it is initialised it says so, and never throws at once', async () => {
  const provider = connected();
  await expect(provider.resolveBooleanEvaluation('release', true, {})).rejects.toThrow('not initialised');
  expect(() => provider.track('purchase', context, {})).not.toThrow();
  await provider.onClose();
});

test('A provider that is replaced while it starts leaves no client behind', async () => {
  server.answer = (_, response) => void response.writeHead(503).end();
  const options = { url: server.url, sdkKey: 'stsk_x', mode: 'poll', waitUntilReadyMs: 50, logger: silent } as const;
  const provider = new StitchdProvider(options);
  const starting = provider.initialize();
  await provider.onClose();
  await expect(starting).rejects.toThrow('closed while it started');
  expect(provider.client).toBeUndefined();
});

test("A provider that is closed at once tells nothing of an application's own client", async () => {
  const sdk = createTestClient({ flags: { release: true }, logger: silent });
  const provider = new StitchdProvider(sdk);
  const changes: unknown[] = [];
  provider.events.addHandler(ProviderEvents.ConfigurationChanged, (details) => void changes.push(details));
  await provider.initialize();
  await provider.onClose();
  await new Promise((resolve) => setTimeout(resolve, 0));
  sdk.setFlag('release', false);
  expect(changes).toEqual([]);
});
