import { afterEach, beforeEach, expect, test } from 'vitest';
import { Stitchd } from './stitchd.ts';
import type { StitchdClient } from './client.ts';
import type { SdkLogger } from './sdk-logger.ts';
import { flagEntity, startSyncServer, type SyncServer } from './sync/sync-server.test-support.ts';

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
let server: SyncServer;
let client: StitchdClient | undefined;

beforeEach(async () => {
  server = await startSyncServer();
});
afterEach(async () => {
  await server.close();
  await client?.close();
});

async function start(): Promise<StitchdClient> {
  server.answer = (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    server.send({
      revision: 1,
      entities: [
        flagEntity('release', 1),
        flagEntity('colour', 1, {
          type: 'string',
          variants: [{ key: 'r', value: 'red' }],
          offVariant: null,
          defaultServe: { variant: 'r' },
        }),
        flagEntity('size', 1, {
          type: 'integer',
          variants: [{ key: 's', value: 3 }],
          offVariant: null,
          defaultServe: { variant: 's' },
        }),
        flagEntity('shape', 1, {
          type: 'json',
          variants: [{ key: 'j', value: { sides: 4 } }],
          offVariant: null,
          defaultServe: { variant: 'j' },
        }),
        flagEntity('experiment', 1, {
          defaultServe: {
            split: {
              id: 's-1',
              contextKind: 'user',
              salt: '0123456789abcdef',
              iterationId: '0190a000-0000-7000-8000-000000000001',
              ranges: [
                { variant: 'off', from: 0, to: 50_000 },
                { variant: 'on', from: 50_000, to: 100_000 },
              ],
            },
          },
        }),
      ],
    });
  };
  client = await Stitchd.init({
    url: 'http://127.0.0.1:9',
    syncUrl: server.url,
    sdkKey: 'stsk_x',
    logger: silent,
    // The last summary would be waited for at the end, and nobody is there to take it.
    usage: false,
    flushIntervalMs: 60_000,
  });
  return client;
}

test('Each type is answered by its own method, an integer also as a number, and the wrong one by the fallback', async () => {
  const running = await start();
  const context = { targetingKey: 'u-42' };
  expect(running.boolean('release', context, false)).toBe(true);
  expect(running.string('colour', context, 'none')).toBe('red');
  expect(running.number('size', context, 0)).toBe(3);
  expect(running.json('shape', context, {})).toEqual({ sides: 4 });
  expect(running.stringDetails('release', context, 'mine')).toMatchObject({
    value: 'mine',
    reason: 'ERROR',
    errorCode: 'TYPE_MISMATCH',
  });
  expect(running.booleanDetails('nowhere', context, true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
});

test('A split with a running iteration exposes once per unit, and not when told that looking is not exposing', async () => {
  const running = await start();
  const context = running.context({ targetingKey: 'u-42' });
  expect(running.boolean('experiment', context, false, { exposure: false })).toBe(true);
  expect(running.status().events.queued).toBe(0);
  running.boolean('experiment', context, false);
  running.boolean('experiment', context, false);
  expect(running.status().events.queued).toBe(1);
  running.boolean('experiment', { targetingKey: 'u-43' }, false);
  running.boolean('release', context, false);
  expect(running.status().events.queued).toBe(2);
});

test('Before the first definitions every evaluation answers its fallback, and init does not reject', async () => {
  client = await Stitchd.init({
    url: 'http://127.0.0.1:9',
    syncUrl: server.url,
    sdkKey: 'stsk_x',
    logger: silent,
    usage: false,
    waitUntilReadyMs: 30,
  });
  expect(client.booleanDetails('release', {}, true)).toMatchObject({
    value: true,
    reason: 'ERROR',
    errorCode: 'PROVIDER_NOT_READY',
  });
  expect(client.status()).toMatchObject({ ready: false, revision: 0 });
});

test('Options that can not work are refused with a sentence', async () => {
  await expect(Stitchd.init({ url: 'localhost', sdkKey: 'stsk_x' })).rejects.toThrow('url must be an http or https address');
  await expect(Stitchd.init({ url: 'http://localhost:8080', sdkKey: '' })).rejects.toThrow('sdkKey is missing');
  await expect(Stitchd.init({ url: 'http://localhost:8080', sdkKey: 'stck_x' })).rejects.toThrow('a server needs a server key');
});

test('Hostile contexts and times reach nobody as an error', async () => {
  const running = await start();
  const hostile = {
    get targetingKey(): string {
      throw new Error('a getter');
    },
  };
  expect(running.boolean('experiment', hostile, true)).toBeTypeOf('boolean');
  expect(running.track('purchase', { targetingKey: 'u' }, { at: Number.NaN })).toBe(false);
  expect(running.boolean('experiment', { targetingKey: 'x' }, true, { at: -1 })).toBeTypeOf('boolean');
});
