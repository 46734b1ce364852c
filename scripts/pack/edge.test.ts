import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import type { Stitchd } from '@stitchd/sdk/edge';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type DefinitionsServer,
  documentOf,
  startDefinitionsServer,
} from '../../packages/sdk/src/sync/definitions-server.test-support.ts';
import { flagEntity } from '../../packages/sdk/src/sync/sync-server.test-support.ts';
import { bundleModules } from './bundle-modules.mjs';
import { publishedPackages } from './published-packages.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const user = { targetingKey: 'u-42' };
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let script: string;
let server: DefinitionsServer;

beforeAll(async () => {
  const sdk = publishedPackages(root).find(({ name }) => name === '@stitchd/sdk');
  if (sdk === undefined) throw new Error('@stitchd/sdk is not published');
  const { files } = await bundleModules(root, sdk, { platform: 'neutral', only: './edge', scriptName: 'edge' });
  script = files.map(({ code }) => code).join('\n');
  server = await startDefinitionsServer();
});
beforeEach(() => {
  server.publish(1, [flagEntity('a', 1)]);
  server.items.length = 0;
});
afterAll(() => server.close());

/** The SDK in a runtime that has web globals, timers that are numbers, no `eval`, and nothing else. */
function load(): typeof Stitchd {
  let lastTimer = 0;
  const timers = new Map<number, NodeJS.Timeout>();
  const hold = (timer: NodeJS.Timeout): number => {
    timers.set(++lastTimer, timer);
    return lastTimer;
  };
  const clear = (id: number): void => clearTimeout(timers.get(id));
  const web = { AbortController, AbortSignal, Blob, CompressionStream, crypto, fetch, performance, Response };
  const text = { console, TextDecoder, TextEncoder, URL };
  const context = createContext(
    {
      ...web,
      ...text,
      setTimeout: (work: () => void, ms: number) => hold(setTimeout(work, ms)),
      setInterval: (work: () => void, ms: number) => hold(setInterval(work, ms)),
      clearTimeout: clear,
      clearInterval: clear,
    },
    { codeGeneration: { strings: false, wasm: false } },
  );
  runInContext(script, context);
  return (runInContext('edge', context) as { Stitchd: typeof Stitchd }).Stitchd;
}

test.each(['poll', 'sse'] as const)('With web globals alone definitions come by %s, and change', async (mode) => {
  const client = await load().init({ url: server.url, sdkKey: 'stsk_x', mode, pollIntervalMs: 1_000, logger });
  expect(client.status()).toMatchObject({ source: mode, connection: 'connected', stale: false });
  expect(client.boolean('a', user, false)).toBe(true);
  const next = [flagEntity('a', 2, { enabled: false })];
  server.publish(2, next);
  server.hangUp();
  await expect.poll(() => client.boolean('a', user, true), { timeout: 15_000 }).toBe(false);
  await client.close();
});

test('What is tracked is sent when the runtime awaits flush, before a request ends', async () => {
  const client = await load().init({ url: server.url, sdkKey: 'stsk_x', flushIntervalMs: 3_600_000 });
  for (let index = 0; index < 100; index++) client.track('purchase', user, { value: index });
  expect(server.items).toEqual([]);
  expect(await client.flush(10_000)).toBe(true);
  expect(server.items).toHaveLength(100);
  await client.close();
});

test('Offline it answers from its bootstrap alone, and refuses what it can not do', async () => {
  const before = server.requests.length;
  const edge = load();
  const client = await edge.init({ offline: true, bootstrap: documentOf(3, [flagEntity('a', 3)]) });
  expect(client.boolean('a', user, false)).toBe(true);
  expect(client.status()).toMatchObject({ source: 'bootstrap', connection: 'offline' });
  expect(server.requests).toHaveLength(before);
  await expect(edge.init({ url: server.url, sdkKey: 'stsk_x', mode: 'stream' as 'sse' })).rejects.toThrow(
    'mode must be sse or poll',
  );
});
