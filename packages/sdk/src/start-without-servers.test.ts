import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StitchdClient } from './client.ts';
import { snapshotFile } from './node/snapshot-file.ts';
import type { StitchdOptions } from './options.ts';
import { sdkLimits } from './sdk-limits.ts';
import type { SdkLogger } from './sdk-logger.ts';
import { Stitchd } from './stitchd.ts';
import { type DefinitionsServer, documentOf, startDefinitionsServer } from './sync/definitions-server.test-support.ts';
import { flagEntity } from './sync/sync-server.test-support.ts';

const nowhere = 'http://127.0.0.1:9';
const user = { targetingKey: 'u-42' };
let server: DefinitionsServer;
let storageDirectory: string;
let lines: string[];
const clients: StitchdClient[] = [];
const note = (message: string): void => void lines.push(message);
const logger: SdkLogger = { debug: note, info: note, warn: note, error: note };

beforeEach(async () => {
  lines = [];
  server = await startDefinitionsServer();
  storageDirectory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-start-'));
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.close();
  await rm(storageDirectory, { recursive: true, force: true });
});

async function start(options: Partial<StitchdOptions> = {}): Promise<StitchdClient> {
  const client = await Stitchd.init({
    url: server.url,
    sdkKey: 'stsk_one',
    mode: 'poll',
    events: false,
    logger,
    ...options,
  } as StitchdOptions);
  clients.push(client);
  return client;
}

/** A client that got definitions and closed, so that they are on disk. */
async function leaveSnapshot(revision = 3): Promise<void> {
  server.publish(revision, [flagEntity('a', revision)]);
  const client = await start({ storageDirectory });
  expect(client.status()).toMatchObject({ ready: true, source: 'poll', revision });
  await client.close();
}

test('After a restart with every server down flags are answered from disk, at once, and marked stale', async () => {
  await leaveSnapshot();
  const client = await start({ url: nowhere, storageDirectory, mode: 'stream', waitUntilReadyMs: 3_600_000 });
  expect(client.boolean('a', user, false)).toBe(true);
  expect(client.booleanDetails('a', user, false)).toMatchObject({ variant: 'on', reason: 'STATIC' });
  expect(client.status()).toMatchObject({
    ready: true,
    stale: true,
    source: 'disk',
    connection: 'reconnecting',
    revision: 3,
    environmentId: 'environment-1',
  });
  expect(await client.waitUntilReady({ timeoutMs: 0 })).toBe(true);
});

test('When the servers are there, init waits for what is newer than the disk', async () => {
  await leaveSnapshot();
  server.publish(4, [flagEntity('a', 4, { enabled: false })]);
  const client = await start({ storageDirectory });
  expect(client.boolean('a', user, true)).toBe(false);
  expect(client.status()).toMatchObject({ stale: false, source: 'poll', revision: 4 });
});

test('What is on disk is not used where it was changed, said in one line, and the start goes on without it', async () => {
  await leaveSnapshot();
  const { file } = snapshotFile({
    directory: storageDirectory,
    sdkKey: 'stsk_one',
    maxBytes: sdkLimits.maxSnapshotBytes,
    abandonedMs: sdkLimits.abandonedSnapshotMs,
    nowMs: Date.now,
  });
  await writeFile(file, (await readFile(file, 'utf8')).replace('enabled', 'disabled'));
  lines = [];
  const client = await start({ url: nowhere, storageDirectory, waitUntilReadyMs: 20 });
  expect(client.booleanDetails('a', user, true)).toMatchObject({ value: true, errorCode: 'PROVIDER_NOT_READY' });
  expect(lines.filter((line) => line.includes('kept on disk are not used'))).toHaveLength(1);
});

test('A key of another environment does not see what is on disk', async () => {
  await leaveSnapshot();
  const client = await start({ url: nowhere, sdkKey: 'stsk_two', storageDirectory, waitUntilReadyMs: 20 });
  expect(client.status()).toMatchObject({ ready: false, source: undefined });
});

test('A disk that takes nothing is told once, shown in the status, and hinders no evaluation', async () => {
  server.publish(1, [flagEntity('a', 1)]);
  // A file is no folder, for root too.
  const file = path.join(storageDirectory, 'file');
  await writeFile(file, '');
  const client = await start({ storageDirectory: path.join(file, 'below') });
  expect(client.boolean('a', user, false)).toBe(true);
  await client.close();
  expect(client.status().diskError).toContain('ENOTDIR');
  expect(lines.filter((line) => line.includes("can't be kept on disk"))).toHaveLength(1);
});

test('A bootstrap, as object or file, answers until a server does', async () => {
  const bootstrap = documentOf(2, [flagEntity('a', 2)]);
  const file = path.join(storageDirectory, 'definitions.json');
  await writeFile(file, JSON.stringify(bootstrap));
  for (const each of [bootstrap, { file }]) {
    const client = await start({ url: nowhere, bootstrap: each });
    expect(client.boolean('a', user, false)).toBe(true);
    expect(client.status()).toMatchObject({ source: 'bootstrap', stale: true, revision: 2 });
  }
  server.publish(1, [flagEntity('a', 1, { enabled: false })]);
  const client = await start({ bootstrap });
  // The server is right, whatever its revision.
  expect(client.status()).toMatchObject({ source: 'poll', stale: false, revision: 1 });
  expect(client.boolean('a', user, true)).toBe(false);
});

test('Of disk and bootstrap the newer one is used, and never a bootstrap of another environment', async () => {
  await leaveSnapshot(3);
  const startWith = async (revision: number, environmentId?: string): Promise<unknown> => {
    const bootstrap = documentOf(revision, [flagEntity('a', revision)], environmentId);
    const { source } = (await start({ url: nowhere, storageDirectory, bootstrap })).status();
    return source;
  };
  expect(await startWith(2)).toBe('disk');
  expect(await startWith(4)).toBe('bootstrap');
  expect(await startWith(9, 'environment-2')).toBe('disk');
  expect(lines.join()).toContain('it is of environment environment-2, not environment-1');
});

test('A bootstrap that can not be used is told, and the client starts without it', async () => {
  const file = path.join(storageDirectory, 'definitions.json');
  await writeFile(file, '{"format":"stitchd-definitions/1","environment":"e"');
  const wrong = { ...documentOf(2, [flagEntity('a', 2)]), checksum: '0000000000000000' };
  const reasons = ['it is not JSON', 'ENOENT', 'checksum-mismatch'];
  for (const [index, bootstrap] of [{ file }, { file: `${file}.nowhere` }, wrong].entries()) {
    const client = await start({ offline: true, bootstrap });
    expect(client.status()).toMatchObject({ ready: false, connection: 'offline' });
    expect(lines.join('\n')).toContain(reasons[index]);
  }
});

test('An offline client asks nobody anything, whatever is called', async () => {
  await leaveSnapshot();
  const asked = server.requests.length;
  const client = await start({ offline: true, storageDirectory, events: true, waitUntilReadyMs: 3_600_000 });
  expect(client.status()).toMatchObject({ connection: 'offline', source: 'disk', ready: true, stale: false });
  expect(client.boolean('a', user, false)).toBe(true);
  expect(client.track('purchase', user)).toBe(false);
  await client.prepare(user);
  expect(await client.flush()).toBe(true);
  expect(await client.waitUntilReady()).toBe(true);
  await client.close();
  expect(server.requests).toHaveLength(asked);
});

test('An offline client without definitions answers fallbacks, and nobody waits for what can not come', async () => {
  const client = await start({ offline: true, waitUntilReadyMs: 3_600_000 });
  expect(client.status()).toMatchObject({ ready: false, connection: 'offline' });
  expect(await client.waitUntilReady({ timeoutMs: 3_600_000 })).toBe(false);
  await expect(start({ offline: true, sdkKey: '', storageDirectory })).rejects.toThrow('storageDirectory needs sdkKey');
});

test('Waiting without end waits until there are definitions, and options that are none are passed over', async () => {
  server.answer = (_request, response) => void response.writeHead(500).end();
  const client = await start({ waitUntilReadyMs: 0, pollIntervalMs: 1_000 });
  const answered: boolean[] = [];
  const forever = client.waitUntilReady({ timeoutMs: Number.POSITIVE_INFINITY }).then((ready) => answered.push(ready));
  expect(await client.waitUntilReady({ timeoutMs: 20 })).toBe(false);
  expect(answered).toEqual([]);
  server.publish(1, [flagEntity('a', 1)]);
  server.answer = undefined;
  await forever;
  expect(answered).toEqual([true]);
  // As JavaScript may call them.
  expect(await client.waitUntilReady(null as never)).toBe(true);
  expect(await client.flush(null as never)).toBe(true);
});

test('Status listeners hear of readiness and of lost connections, until they are taken off', async () => {
  server.answer = (_request, response) => void response.writeHead(500).end();
  const client = await start({ waitUntilReadyMs: 0, pollIntervalMs: 1_000 });
  const heard: string[] = [];
  const stop = client.onStatus(({ connection, ready }) => heard.push(`${connection} ${ready}`));
  await expect.poll(() => heard).toContain('reconnecting false');
  server.publish(1, [flagEntity('a', 1)]);
  server.answer = undefined;
  await expect.poll(() => heard.at(-1), { timeout: 20_000 }).toBe('connected true');
  stop();
  await client.close();
  expect(heard).not.toContain('closed true');
  expect(client.status()).toMatchObject({ connection: 'closed', ready: true });
});

test('Closing twice is closing once, and evaluations go on', async () => {
  server.publish(1, [flagEntity('a', 1)]);
  const client = await start();
  await Promise.all([client.close(), client.close()]);
  await client.close();
  expect(client.boolean('a', user, false)).toBe(true);
  expect(await client.waitUntilReady({ timeoutMs: 1 })).toBe(true);
});
