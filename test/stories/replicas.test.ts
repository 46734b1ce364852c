import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readDefinitionsDocument } from '@stitchd/core';
import { startPostgres, type EmbeddedPostgres } from '@stitchd/embedded';
import { answered, createRestClient } from '@stitchd/rest-client';
import { Stitchd, type SdkLogger, type StitchdClient } from '@stitchd/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followByEvents } from '../../services/gateway/src/sync/event-reader.test-support.ts';
import { createCuttableLine, type CuttableLine } from '../support/cuttable-line.ts';
import { createNotificationFilter } from '../support/notification-filter.ts';
import { restartReplica, restartService, startProduct, startReplica, type Product, type Replica } from '../support/product.ts';
import { openShop, shopEnvironment, shopProject, type Shop } from '../support/shop.ts';

// Two replicas of flag-service and two gateways, each gateway with a flag-service of its own: a change that one of them
// commits has to reach the streams of the other.

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const patience = { timeout: 30_000, interval: 50 };
const notifications = createNotificationFilter();
let directory: string;
let postgres: EmbeddedPostgres;
let line: CuttableLine;
let product: Product;
let secondFlags: Replica;
let secondGateway: Replica;
let shop: Shop;

interface Side {
  readonly url: string;
  readonly client: StitchdClient;
  readonly events: ReturnType<typeof followByEvents>;
}
const sides: Side[] = [];

async function connectTo(url: string, syncUrl: string): Promise<void> {
  const client = await Stitchd.init({ url, syncUrl, sdkKey: shop.serverKey, logger: silent });
  sides.push({ url, client, events: followByEvents(url, shop.serverKey) });
}

const urlOf = ({ environment }: Replica) => `http://127.0.0.1:${environment['STITCHD_GATEWAY_HTTP_PORT']}`;
const syncUrlOf = ({ environment }: Replica) => `http://127.0.0.1:${environment['STITCHD_GATEWAY_GRPC_PORT']}`;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-replicas-'));
  postgres = await startPostgres({ dataDirectory: directory, log: () => undefined });
  line = await createCuttableLine(path.join(postgres.socketDirectory, '.s.PGSQL.5432'), notifications.create);
  product = await startProduct({
    mode: 'apart',
    environment: { STITCHD_DATABASE_URL: `postgresql://stitchd@127.0.0.1:${line.port}/postgres` },
  });
  secondFlags = await startReplica(product, 'flag-service');
  secondGateway = await startReplica(product, 'gateway', {
    STITCHD_FLAG_ADDR: `127.0.0.1:${secondFlags.environment['STITCHD_FLAG_GRPC_PORT']}`,
  });
  shop = await openShop(product);
  await shop.createFlag({ key: 'a', name: 'A', type: 'boolean' });
  await connectTo(product.url, product.syncUrl);
  await connectTo(urlOf(secondGateway), syncUrlOf(secondGateway));
});
afterAll(async () => {
  for (const { client, events } of sides) {
    events.close();
    await client.close();
  }
  await line?.mend();
  await product?.stop();
  await line?.close();
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Sets the flag through one of the gateways: what is answered is done. */
async function setEnabled(side: number, enabled: boolean): Promise<void> {
  const rest = createRestClient({ url: sides[side]?.url ?? '', token: () => product.token });
  const path = { project: shopProject, environment: shopEnvironment, flag: 'a' };
  const { version } = await answered(
    rest.GET('/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration', { params: { path } }),
  );
  const params = { path, header: { 'If-Match': `"${version}"` } };
  await answered(
    rest.POST('/v1/projects/{project}/environments/{environment}/flags/{flag}/enabled', { params, body: { enabled } }),
  );
}

/** What polling a gateway answers. */
async function poll(url: string) {
  const response = await fetch(`${url}/v1/sdk/definitions`, { headers: { 'x-stitchd-sdk-key': shop.serverKey } });
  const read = readDefinitionsDocument(await response.text());
  return read.kind === 'ok' ? { revision: Number(read.message.revision), checksum: read.message.checksum } : undefined;
}

/** Every SDK, reader of events and answer to a poll is at the same state, and the flag in it is as it was set last. */
async function expectAllToAgree(enabled: boolean): Promise<void> {
  const seen = async () => {
    const polled = await Promise.all(sides.map(({ url }) => poll(url).catch(() => undefined)));
    const revisions = [
      ...polled.map((each) => each?.revision),
      ...sides.flatMap(({ client, events }) => [client.status().revision, Number(events.replica.revision)]),
    ];
    const checksums = [...polled.map((each) => each?.checksum), ...sides.map(({ events }) => events.replica.checksum)];
    return {
      flags: sides.map(({ client }) => client.booleanDetails('a', {}, false).reason === 'DISABLED'),
      states: new Set(revisions).size,
      checksums: new Set(checksums).size,
      isKnown: revisions.every((revision) => revision !== undefined && revision > 0),
    };
  };
  await expect.poll(seen, patience).toEqual({ flags: [!enabled, !enabled], states: 1, checksums: 1, isKnown: true });
}

test('A change that any replica of flag-service commits reaches every stream of every gateway', async () => {
  await expectAllToAgree(true);
  await setEnabled(0, false);
  await expectAllToAgree(false);
  await setEnabled(1, true);
  await expectAllToAgree(true);
});

test('Notifications that are lost are made up for: all clients converge', async () => {
  notifications.isDropping = true;
  const before = notifications.dropped;
  await setEnabled(0, false);
  await expectAllToAgree(false);
  await setEnabled(1, true);
  await expectAllToAgree(true);
  expect(notifications.dropped).toBeGreaterThan(before);
  notifications.isDropping = false;
});

test('A flag-service that is killed in the middle of changes leaves nobody behind, whether it committed them or not', async () => {
  let writes = 0;
  let isWriting = true;
  const write = async (): Promise<void> => {
    while (isWriting) {
      await setEnabled(0, writes++ % 2 === 0).catch(() => wait(5));
    }
  };
  const writers = Array.from({ length: 8 }, write);
  await expect.poll(() => writes, patience).toBeGreaterThan(50);
  product.processes.get('flag-service')?.kill('SIGKILL');
  isWriting = false;
  await Promise.all(writers);
  // The other replica sees what was committed, and goes on.
  await setEnabled(1, false);
  const [, second] = sides;
  await expect.poll(() => second?.client.booleanDetails('a', {}, true).reason, patience).toBe('DISABLED');
  await restartService(product, 'flag-service');
  await expectAllToAgree(false);
  await setEnabled(0, true);
  await expectAllToAgree(true);
});

test('A gateway that is killed and comes back gets its clients back, with what was changed meanwhile', async () => {
  secondGateway.child.kill('SIGKILL');
  await setEnabled(0, false);
  secondGateway = await restartReplica(product, 'gateway', secondGateway);
  const [, second] = sides;
  // A reader of plain events is no SDK: it opens its stream again, from where it stood.
  const { replica } = second?.events ?? followByEvents('', '');
  const id = `${replica.revision}-${replica.checksum.toString(16).padStart(16, '0')}`;
  const resumed = followByEvents(second?.url ?? '', shop.serverKey, id);
  await expect.poll(() => resumed.events.length, patience).toBeGreaterThan(0);
  const [first] = resumed.events;
  expect(first?.event).toBe('message');
  resumed.close();
  sides[1] = { ...(second as Side), events: followByEvents(second?.url ?? '', shop.serverKey) };
  await expectAllToAgree(false);
});

test('With the connection to PostgreSQL cut streams stay open, and once it is back all clients converge', async () => {
  const streams = sides.map(({ events }) => events);
  await line.cut();
  await expect(setEnabled(0, true)).rejects.toThrow(/STORE_UNAVAILABLE|does not answer|store/i);
  await line.mend();
  await expect
    .poll(
      () =>
        setEnabled(1, true).then(
          () => true,
          () => false,
        ),
      patience,
    )
    .toBe(true);
  await expectAllToAgree(true);
  for (const { state } of streams) expect(state.ended).toBeUndefined();
});

test('A key that is revoked through one gateway loses its streams on both, of either kind', async () => {
  const { secret, key } = await shop.createKey({ name: 'to be revoked', kind: 'server' });
  const clients = await Promise.all(
    [
      [product.url, product.syncUrl],
      [urlOf(secondGateway), syncUrlOf(secondGateway)],
    ].map(([url = '', syncUrl = '']) => Stitchd.init({ url, syncUrl, sdkKey: secret, logger: silent })),
  );
  const readers = sides.map(({ url }) => followByEvents(url, secret));
  await expect.poll(() => readers.every(({ replica }) => replica.revision > 0n), patience).toBe(true);
  expect(clients.map((client) => client.status().connection)).toEqual(['connected', 'connected']);
  const params = { path: { project: shopProject, environment: shopEnvironment, id: key.id } };
  await answered(shop.rest.POST('/v1/projects/{project}/environments/{environment}/sdk-keys/{id}/revoke', { params }));
  await expect.poll(() => readers.map(({ state }) => state.ended), patience).toEqual([true, true]);
  for (const { events } of readers) expect(JSON.parse(events.at(-1)?.data ?? '{}')).toMatchObject({ code: 'KEY_REVOKED' });
  await expect.poll(() => clients.map((client) => client.status().connection), patience).toEqual(['refused', 'refused']);
  for (const client of clients) await client.close();
  await expectAllToAgree(true);
});
