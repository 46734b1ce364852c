import {
  OpenFeature,
  type Client,
  type EvaluationContext,
  type EvaluationContextValue,
  type EvaluationDetails,
  type JsonValue,
} from '@openfeature/server-sdk';
import { createTestClient } from '@stitchd/sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { startDefinitionsServer, type DefinitionsServer } from '../../sdk/src/sync/definitions-server.test-support.ts';
import { hasScenarios, matched, publishedFlags, readScenarios, valueOf } from '../../../test/support/openfeature-scenarios.ts';
import { StitchdProvider } from './stitchd-provider.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const open: DefinitionsServer[] = [];

afterEach(async () => {
  await OpenFeature.clearProviders();
  await OpenFeature.close();
  for (const server of open.splice(0)) await server.close();
});

/** The provider in each state that the scenarios name. */
const providers: Readonly<Record<string, () => Promise<StitchdProvider>>> = {
  stable: async () => new StitchdProvider(createTestClient({ definitions: publishedFlags(), logger: silent })),
  'not ready': async () => unanswered(60_000),
  error: async () => unanswered(1),
  async fatal() {
    const server = await startDefinitionsServer();
    server.answer = (_, response) =>
      void response.writeHead(401, { 'content-type': 'application/problem+json' }).end('{"code":"KEY_UNKNOWN","status":401}');
    open.push(server);
    return new StitchdProvider({ url: server.url, sdkKey: 'stsk_x', mode: 'poll', logger: silent });
  },
  async stale() {
    const server = await startDefinitionsServer();
    open.push(server);
    return new StitchdProvider({ url: server.url, sdkKey: 'stsk_x', mode: 'sse', logger: silent });
  },
};

async function unanswered(waitUntilReadyMs: number): Promise<StitchdProvider> {
  const server = await startDefinitionsServer();
  server.answer = () => undefined;
  open.push(server);
  return new StitchdProvider({ url: server.url, sdkKey: 'stsk_x', mode: 'poll', waitUntilReadyMs, logger: silent });
}

async function provide(state: string): Promise<Client> {
  const provider = await providers[state]?.();
  if (provider === undefined) throw new Error(`no provider is ${state}`);
  if (state === 'not ready') OpenFeature.setProvider(provider);
  else await OpenFeature.setProviderAndWait(provider).catch(() => undefined);
  if (state === 'stale') {
    for (const server of open) await server.close();
    await expect.poll(() => OpenFeature.getClient().providerStatus).toBe('STALE');
  }
  return OpenFeature.getClient();
}

/** Of the SDK of OpenFeature, not of providers; and facts about flags that Stitchd doesn't let people write down. */
const others = new Set(['@hooks', '@immutability', '@metadata', '@reason-codes-cached']);
const scenarios = hasScenarios
  ? readScenarios('evaluation_v2.feature').filter(({ tags }) => !tags.some((tag) => others.has(tag)))
  : [];

/** What a scenario has set up and found so far. */
interface World {
  client: Client;
  flag: { readonly type: string; readonly key: string; readonly fallback: JsonValue };
  context: EvaluationContext;
  details: EvaluationDetails<JsonValue> | undefined;
}

async function evaluate({ client, flag, context }: World): Promise<EvaluationDetails<JsonValue>> {
  const { type, key, fallback } = flag;
  if (type === 'Boolean') return client.getBooleanDetails(key, fallback as boolean, context);
  if (type === 'String') return client.getStringDetails(key, fallback as string, context);
  if (type === 'Object') return client.getObjectDetails(key, fallback, context);
  return client.getNumberDetails(key, fallback as number, context);
}

const steps: readonly (readonly [form: RegExp, run: (world: World, ...values: string[]) => Promise<void> | void])[] = [
  [
    /^an? ([\w ]+) provider$/,
    async (world, state) => {
      world.client = await provide(state);
    },
  ],
  [
    /^a (\w+)-flag with key "(.*)" and a fallback value "(.*)"$/,
    (world, type, key, text) => {
      world.flag = { type, key, fallback: valueOf(type, text) as JsonValue };
    },
  ],
  [
    /^a context containing a key "(.*)", with type "(.*)" and with value "(.*)"$/,
    (world, key, type, text) => {
      world.context = { ...world.context, [key]: valueOf(type, text) as EvaluationContextValue };
    },
  ],
  [
    /^a context containing a key "(.*)" with null value$/,
    (world, key) => {
      world.context = { ...world.context, [key]: null };
    },
  ],
  [
    /^the flag was evaluated with details( asynchronously)?$/,
    async (world) => {
      world.details = await evaluate(world);
    },
  ],
  [
    /^the resolved details value should be "(.*)"$/,
    (world, text) => expect(world.details?.value).toEqual(valueOf(world.flag.type, text)),
  ],
  [/^the reason should be "(.*)"$/, (world, reason) => expect(world.details?.reason).toBe(reason)],
  [/^the error-code should be "(.*)"$/, (world, code) => expect(world.details?.errorCode).toBe(code)],
  [/^the variant should be "(.*)"$/, (world, variant) => expect(world.details?.variant).toBe(variant)],
  [/^the flag key should be "(.*)"$/, (world, key) => expect(world.details?.flagKey).toBe(key)],
  [/^the provider status should be "(.*)"$/, (world, status) => expect(world.client.providerStatus).toBe(status)],
  // A promise that was awaited above.
  [/^the evaluation should complete without blocking$/, (world) => expect(world.details).toBeDefined()],
];

describe.skipIf(!hasScenarios)("OpenFeature's published scenarios hold for the provider", () => {
  test('There are as many as were published', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(75);
  });

  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    const world = { context: {}, details: undefined } as unknown as World;
    if (scenario.steps[0]?.endsWith(' provider') !== true) world.client = await provide('stable');
    for (const step of scenario.steps) {
      const found = steps.find(([form]) => form.test(step));
      expect(found, `a step for: ${step}`).toBeDefined();
      if (found !== undefined) await found[1](world, ...((matched(step, found[0]) ?? []) as string[]));
    }
  });
});
