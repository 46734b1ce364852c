import { OpenFeature, ProviderEvents, type ClientProviderEvents } from '@openfeature/web-sdk';
import type { StitchdWebClient, StitchdWebOptions } from '@stitchd/web';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  clientKey,
  createBackend,
  startGateway,
  until,
  type Backend,
} from '../../../services/gateway/src/backend.test-support.ts';
import { allFlags, environmentEntity, flagBody, proRule } from '../../../services/gateway/src/ofrep/shared-flags.test-support.ts';
import { createClient } from '../../sdk-web/src/create-client.ts';
import type { Platform } from '../../sdk-web/src/platform/platform.ts';
import { resolveWebOptions } from '../../sdk-web/src/web-options.ts';
import { StitchdWebProvider } from './stitchd-web-provider.ts';

const logger = { warn: () => undefined, error: () => undefined };
let backend: Backend;
let gateway: Awaited<ReturnType<typeof startGateway>>;
const clients: StitchdWebClient[] = [];

beforeAll(async () => {
  backend = createBackend();
  backend.publish(...allFlags, environmentEntity);
  gateway = await startGateway(backend.definitions);
});
afterEach(async () => {
  await OpenFeature.clearProviders();
  OpenFeature.clearHandlers();
  await OpenFeature.clearContexts();
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => gateway.stop());

/** A page, as far as a client needs one, with the fetch of this runtime: requests reach the real gateway. */
function createPage(changes: Partial<Platform> = {}): Platform {
  return {
    isBrowser: true,
    fetch: (...asked) => fetch(...asked),
    nowMs: () => Date.now(),
    random: () => 0,
    randomBytes: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    storage: undefined,
    cookies: undefined,
    isHidden: () => false,
    onVisibility: () => () => undefined,
    onOnline: () => () => undefined,
    afterPaint: (then) => void setTimeout(then, 0),
    ...changes,
  };
}

function connect(options: Partial<StitchdWebOptions> = {}, page = createPage()): StitchdWebClient {
  const given = { url: gateway.url, clientKey, logger, flushIntervalMs: 10, pollIntervalMs: 1_000, ...options };
  const client = createClient(resolveWebOptions(given), page);
  clients.push(client);
  return client;
}

/** What handlers of the API hear, in order. */
function listen(...events: ClientProviderEvents[]): string[] {
  const heard: string[] = [];
  for (const event of events)
    OpenFeature.addHandler(event, (details) => {
      const changed =
        details !== undefined && 'flagsChanged' in details ? (details.flagsChanged as readonly string[] | undefined) : undefined;
      heard.push(changed === undefined ? event : `${event} ${changed.join()}`);
    });
  return heard;
}

test('Reads are answered for the static context, each type with its variant, reason and facts, and errors with their codes', async () => {
  await OpenFeature.setContext({ targetingKey: 'u-1' });
  await OpenFeature.setProviderAndWait(new StitchdWebProvider(connect()));
  const client = OpenFeature.getClient();
  expect(client.getBooleanDetails('ruled', false)).toMatchObject({
    value: true,
    variant: 'on',
    reason: 'DEFAULT',
    flagMetadata: { flagRevision: 2 },
  });
  expect([client.getStringValue('text', ''), client.getStringValue('empty-text', 'x')]).toEqual(['Grüße', '']);
  expect([client.getNumberValue('whole', 7), client.getNumberValue('fraction', 7)]).toEqual([0, 0.5]);
  expect(client.getObjectValue('shape', {})).toEqual({ sides: 4 });
  expect(client.getBooleanDetails('valueless', true)).toMatchObject({ value: true, reason: 'DISABLED' });
  expect(client.getBooleanDetails('hidden', false)).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
  expect(client.getStringDetails('plain', 'x')).toMatchObject({ value: 'x', errorCode: 'TYPE_MISMATCH' });
});

test('A change of the context is reconciled: the last values stay until those of the new one are there', async () => {
  await OpenFeature.setContext({ targetingKey: 'u-1' });
  await OpenFeature.setProviderAndWait(new StitchdWebProvider(connect()));
  const client = OpenFeature.getClient();
  const heard = listen(ProviderEvents.Reconciling, ProviderEvents.ContextChanged);
  const before = client.getBooleanValue('ruled', false);
  const changing = OpenFeature.setContext({ targetingKey: 'u-1', plan: 'pro' });
  expect([before, client.getBooleanValue('ruled', false), client.providerStatus]).toEqual([true, true, 'RECONCILING']);
  await changing;
  expect(client.getBooleanDetails('ruled', true)).toMatchObject({ value: false, reason: 'TARGETING_MATCH' });
  expect([client.providerStatus, ...heard]).toEqual(['READY', 'PROVIDER_RECONCILING', 'PROVIDER_CONTEXT_CHANGED']);
});

test('Of several changes in a row the last one counts, and none of them fails', async () => {
  const heard = listen(ProviderEvents.Error);
  await OpenFeature.setProviderAndWait(new StitchdWebProvider(connect()));
  await Promise.all(['free', 'pro', 'free', 'pro'].map(async (plan) => OpenFeature.setContext({ targetingKey: 'u-1', plan })));
  expect(OpenFeature.getClient().getBooleanValue('ruled', true)).toBe(false);
  expect(heard).toEqual([]);
});

test('OpenFeature hears which flags a pushed change touched', async () => {
  const heard = listen(ProviderEvents.ConfigurationChanged);
  await OpenFeature.setContext({ targetingKey: 'u-1' });
  const sdk = connect();
  await OpenFeature.setProviderAndWait(new StitchdWebProvider(sdk));
  await until(() => sdk.status().connection === 'streaming');
  backend.publish(flagBody('plain', { enabled: false }));
  await until(() => heard.length > 0);
  expect(heard).toEqual(['PROVIDER_CONFIGURATION_CHANGED plain']);
  expect(OpenFeature.getClient().getBooleanDetails('plain', true)).toMatchObject({ value: false, reason: 'DISABLED' });
  backend.publish(flagBody('plain'));
});

test('A change that comes before OpenFeature knows that the provider has started is told as soon as it does', async () => {
  const heard = listen(ProviderEvents.ConfigurationChanged);
  const listeners: ((flags: readonly string[]) => void)[] = [];
  const onChange: StitchdWebClient['onChange'] = (listener) => {
    listeners.push(listener);
    return () => undefined;
  };
  await OpenFeature.setProviderAndWait(new StitchdWebProvider({ ...connect(), onChange }));
  for (const listener of listeners) listener(['plain', 'ruled']);
  await until(() => heard.length > 0);
  expect(heard).toEqual(['PROVIDER_CONFIGURATION_CHANGED plain,ruled']);
});

test('A read exposes under a running experiment, once; what is tracked is about the context of the page', async () => {
  await OpenFeature.setContext({ targetingKey: 'u-42', device: { key: 'd-1' } });
  const sdk = connect();
  await OpenFeature.setProviderAndWait(new StitchdWebProvider(sdk));
  const client = OpenFeature.getClient();
  client.getBooleanValue('tested', false);
  client.getBooleanValue('tested', false);
  client.track('purchase', { value: 19.9, currency: 'EUR' });
  await sdk.flush();
  // The gateway tells what it delivered once a minute, in batches of its own.
  const fromPages = backend.ingested.filter(({ body }) => !body.includes('"delivered"'));
  const items = fromPages.flatMap(({ body }) => (JSON.parse(body) as { readonly items: readonly object[] }).items);
  expect(items).toMatchObject([
    { type: 'exposure', flag: 'tested', variant: 'off', context: { user: 'u-42', device: 'd-1' } },
    { type: 'event', key: 'purchase', value: 19.9, properties: { currency: 'EUR' }, context: { user: 'u-42', device: 'd-1' } },
    { type: 'usage', flags: [{ flag: 'tested', variant: 'off', count: 2 }] },
  ]);
});

test('A lost server makes the provider stale while it answers on; when it is back it is ready', async () => {
  const network = { isUp: true };
  const page = createPage({
    fetch: async (...asked) => {
      if (!network.isUp) throw new TypeError('Failed to fetch');
      return fetch(...asked);
    },
  });
  await OpenFeature.setContext({ targetingKey: 'u-1' });
  await OpenFeature.setProviderAndWait(new StitchdWebProvider(connect({ streaming: false }, page)));
  const client = OpenFeature.getClient();
  network.isUp = false;
  await until(() => client.providerStatus === 'STALE');
  expect(client.getBooleanValue('ruled', false)).toBe(true);
  network.isUp = true;
  await until(() => client.providerStatus === 'READY');
});

test('Without a server the provider is in error and reads answer defaults; a key that is refused is fatal', async () => {
  const page = createPage({ fetch: async () => Promise.reject(new TypeError('Failed to fetch')) });
  const provider = new StitchdWebProvider(connect({}, page));
  await expect(OpenFeature.setProviderAndWait(provider)).rejects.toThrow('there are no values yet');
  expect(OpenFeature.getClient().providerStatus).toBe('ERROR');
  expect(OpenFeature.getClient().getBooleanDetails('ruled', true)).toMatchObject({
    value: true,
    errorCode: 'PROVIDER_NOT_READY',
  });
  const refused = new StitchdWebProvider(connect({ clientKey: 'stck_unknown' }));
  await expect(OpenFeature.setProviderAndWait(refused)).rejects.toThrow('the server refuses this client key');
  expect(OpenFeature.getClient().providerStatus).toBe('FATAL');
});

test('Values that a server rendered with are there at once, where there is no page too', async () => {
  const context = { targetingKey: 'u-1', plan: 'pro' };
  const { json } = await gateway.ask('POST', '/v1/sdk/values', { key: clientKey, body: { context } });
  await OpenFeature.setContext(context);
  const bootstrap = json as NonNullable<StitchdWebOptions['bootstrap']>;
  await OpenFeature.setProviderAndWait(new StitchdWebProvider({ url: gateway.url, clientKey, bootstrap, logger }));
  expect(OpenFeature.getClient().getBooleanDetails('ruled', true)).toMatchObject({
    value: false,
    flagMetadata: { ruleId: proRule.id },
  });
});

test('Options that can not work are fatal, with the sentence of the SDK; a page goes on with a client of its own', async () => {
  await expect(OpenFeature.setProviderAndWait(new StitchdWebProvider({ url: gateway.url, clientKey: 'stsk_x' }))).rejects.toThrow(
    'a page needs a client key',
  );
  const sdk = connect({ context: { targetingKey: 'u-1' } });
  const provider = new StitchdWebProvider(sdk);
  await OpenFeature.setProviderAndWait(provider);
  await OpenFeature.clearProviders();
  expect([sdk.boolean('ruled', false), provider.client === sdk]).toEqual([true, true]);
});
