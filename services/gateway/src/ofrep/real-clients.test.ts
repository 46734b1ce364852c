import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature as ServerOpenFeature } from '@openfeature/server-sdk';
import { OpenFeature as WebOpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { EventSource } from 'eventsource';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { clientKey, createBackend, serverKey, startGateway, until, type Backend } from '../backend.test-support.ts';
import { allFlags, environmentEntity, flagBody } from './shared-flags.test-support.ts';

let backend: Backend;
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  vi.stubGlobal('EventSource', EventSource);
  backend = createBackend();
  backend.publish(...allFlags, environmentEntity);
  backend.addKey('stsk_slow', { kind: 'sdk-key', keyKind: 'server' });
  gateway = await startGateway(backend.definitions, { STITCHD_GATEWAY_RATE_LIMIT_SERVER_KEY: '20' });
});
afterEach(async () => {
  await WebOpenFeature.close();
  await ServerOpenFeature.close();
});
afterAll(() => gateway.stop());

const bearer = (key: string) => [['authorization', `Bearer ${key}`]] as [string, string][];

async function serverClient(key: string) {
  await ServerOpenFeature.setProviderAndWait('ofrep', new OFREPProvider({ baseUrl: gateway.url, headers: bearer(key) }));
  return ServerOpenFeature.getClient('ofrep');
}

test('The OFREP provider for servers reads every type, falsy values included, with reason, variant and metadata', async () => {
  const client = await serverClient(serverKey);
  const context = { targetingKey: 'u-1', plan: 'pro' };
  expect(await client.getBooleanDetails('ruled', true, context)).toMatchObject({
    value: false,
    variant: 'off',
    reason: 'TARGETING_MATCH',
    flagMetadata: { ruleId: 'pro' },
  });
  expect(await client.getStringValue('text', 'none', context)).toBe('Grüße');
  expect(await client.getStringDetails('empty-text', 'none', context)).toMatchObject({ value: '', reason: 'STATIC' });
  expect(await client.getNumberDetails('whole', 7, context)).toMatchObject({ value: 0, variant: 'v' });
  expect(await client.getNumberValue('fraction', 7, context)).toBe(0.5);
  expect(await client.getObjectValue('shape', {}, context)).toEqual({ sides: 4 });
  expect(await client.getBooleanDetails('disabled', true, context)).toMatchObject({ value: false, reason: 'DISABLED' });
});

test('It reads failures by their codes', async () => {
  const client = await serverClient(serverKey);
  expect(await client.getBooleanDetails('absent', true, {})).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
  expect(await client.getBooleanDetails('plain', true, { kind: 7 })).toMatchObject({ errorCode: 'INVALID_CONTEXT' });
  expect(await client.getStringDetails('plain', 'x', {})).toMatchObject({ value: 'x', errorCode: 'TYPE_MISMATCH' });
  const stranger = await serverClient('stsk_unknown');
  expect(await stranger.getBooleanDetails('plain', true, {})).toMatchObject({
    value: true,
    reason: 'ERROR',
    errorCode: 'GENERAL',
  });
});

test('What it reads under a running experiment is exposed; what the provider for browsers loads is not', async () => {
  const exposed = (): readonly string[] =>
    backend.ingested.flatMap(({ body }) =>
      (JSON.parse(body) as { readonly items: readonly { readonly context: { readonly user: string } }[] }).items.map(
        ({ context }) => context.user,
      ),
    );
  await webClient({ targetingKey: 'looked' });
  const client = await serverClient(serverKey);
  await client.getBooleanValue('tested', false, { targetingKey: 'read' });
  await until(() => exposed().length > 0);
  expect(exposed()).toEqual(['read']);
});

async function webClient(context: Record<string, string>, key = clientKey) {
  const asked: { readonly url: string; readonly status: number }[] = [];
  const provider = new OFREPWebProvider({
    baseUrl: gateway.url,
    headers: bearer(key),
    cacheMode: 'disabled',
    fetchImplementation: async (input, init) => {
      const response = await fetch(input, init);
      asked.push({ url: input instanceof Request ? input.url : String(input), status: response.status });
      return response;
    },
  });
  await WebOpenFeature.setContext(context);
  await WebOpenFeature.setProviderAndWait(provider);
  return { client: WebOpenFeature.getClient(), asked };
}

test('The OFREP provider for browsers loads what a client key may see, and follows its context', async () => {
  const { client } = await webClient({ targetingKey: 'u-1' });
  expect(client.getBooleanDetails('ruled', false)).toMatchObject({ value: true, variant: 'on', reason: 'UNKNOWN' });
  expect(client.getStringValue('text', 'none')).toBe('Grüße');
  expect(client.getNumberValue('whole', 7)).toBe(0);
  expect(client.getBooleanDetails('valueless', true)).toMatchObject({ value: true, reason: 'DISABLED' });
  expect(client.getBooleanDetails('hidden', false)).toMatchObject({ value: false, errorCode: 'FLAG_NOT_FOUND' });
  expect(client.getBooleanDetails('broken', true)).toMatchObject({ value: true, errorCode: 'PARSE_ERROR' });
  await WebOpenFeature.setContext({ targetingKey: 'u-1', plan: 'pro' });
  expect(client.getBooleanDetails('ruled', true)).toMatchObject({ value: false, reason: 'TARGETING_MATCH' });
});

test('It hears of a change by the stream, names it as it asks again, and tells which flags have changed', async () => {
  const { client, asked } = await webClient({ targetingKey: 'u-1' });
  const changes: (readonly string[] | undefined)[] = [];
  client.addHandler(ProviderEvents.ConfigurationChanged, (details) => void changes.push(details?.flagsChanged));
  await until(async () => /stitchd_sync_streams\{[^}]*form="events"[^}]*\} 1/.test(await gateway.metrics()));
  expect(asked.map(({ status }) => status)).toEqual([200]);
  backend.publish(flagBody('plain', { enabled: false }));
  await until(() => changes.length > 0);
  expect(changes[0]).toEqual(['plain']);
  expect(client.getBooleanDetails('plain', true)).toMatchObject({ value: false, reason: 'DISABLED' });
  expect(asked.at(-1)?.url).toBe(`${gateway.url}/ofrep/v1/evaluate/flags?flagConfigEtag=${backend.state.revision}`);
  backend.publish(flagBody('hidden', { enabled: false }));
  await until(() => asked.length === 3);
  // What it may not see changed: the answer is the same.
  expect(asked.at(-1)?.status).toBe(304);
  expect(changes).toHaveLength(1);
});

test('Too many requests pause the provider for as long as it is told', async () => {
  const client = await serverClient('stsk_slow');
  for (let asked = 0; asked < 200; asked++) await client.getBooleanValue('plain', true, {});
  expect(await client.getBooleanDetails('plain', true, {})).toMatchObject({ value: true, reason: 'ERROR' });
  expect((await client.getBooleanDetails('plain', true, {})).errorMessage).toContain('paused due to TooManyRequests');
});
