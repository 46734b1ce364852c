import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { createDatabase } from '@stitchd/db/postgres';
import { saveDerivedState } from '@stitchd/db/stats';
import { answered } from '@stitchd/rest-client';
import { Stitchd, type SdkLogger, type StitchdClient } from '@stitchd/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logOf, restartService, startProduct, type Product } from '../support/product.ts';
import { startRecorded } from '../support/recorded-experiments.ts';
import { sendOverGrpc } from '../support/send-over-grpc.ts';
import { openShop, shopEnvironment, shopProject, type Shop } from '../support/shop.ts';
import { databaseUrlOf, storedRows } from '../support/stored-rows.ts';
import {
  carelessBatch,
  lookAtWalk,
  prepareWalk,
  privateMark,
  walkers,
  walkRemotely,
  walkWithSdk,
} from './private-walk.test-support.ts';

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const patience = { timeout: 60_000, interval: 100 };
let product: Product;
let shop: Shop;
let client: StitchdClient;

beforeAll(async () => {
  product = await startProduct({ mode: 'apart', environment: { STITCHD_LOG_LEVEL: 'debug' } });
  shop = await openShop(product);
  await shop.createFlag({ key: 'a', name: 'A', type: 'boolean' });
  client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey, logger: silent });
});
afterAll(async () => {
  await client?.close();
  await product?.stop();
});

test('A service that is killed takes nothing else with it: its writes are refused by name, and a restart is enough', async () => {
  product.processes.get('flag-service')?.kill('SIGKILL');
  await expect.poll(async () => (await fetch(`${product.url}/readyz`)).status, patience).toBe(503);
  expect(await (await fetch(`${product.url}/readyz`)).text()).toContain('flag-service');
  expect(client.boolean('a', {}, false)).toBe(true);
  const refused = await shop.rest.POST('/v1/projects/{project}/flags', {
    params: { path: { project: 'shop' } },
    body: { key: 'b', type: 'boolean' },
  });
  expect([refused.response.status, refused.error?.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  // What does not need it goes on.
  expect((await shop.rest.GET('/v1/projects', {})).response.status).toBe(200);
  await restartService(product, 'flag-service');
  await expect.poll(async () => (await fetch(`${product.url}/readyz`)).status, patience).toBe(200);
  await shop.setEnabled('a', false);
  await expect.poll(() => client.booleanDetails('a', {}, true).reason, patience).toBe('DISABLED');
});

test('A computation whose process is killed in the middle is taken over by another process, which ends it', async () => {
  const { key, iterationId } = await startRecorded(shop, 'taken-over', 1);
  const path = { project: shopProject, environment: shopEnvironment };
  const params = { path: { ...path, experiment: key } };
  const url = '/v1/projects/{project}/environments/{environment}';
  const { id: organisationId } = await answered(shop.rest.GET('/v1/organisation', {}));
  const { id: environmentId } = await answered(shop.rest.GET(url, { params }));
  const { id: experimentId } = await answered(shop.rest.GET(`${url}/experiments/{experiment}`, { params }));
  const database = createDatabase({ url: await databaseUrlOf(product), applicationName: 'story' });
  let release = (): void => undefined;
  let isHeld = false;
  // Whoever has computed wants to keep the same row, and waits.
  const holding = database.inTenant(organisationId, async (tx) => {
    const state = {
      plan: 'held',
      derivedUntil: new Date(0),
      checkedAt: new Date(0),
      failedCheck: undefined,
      caps: {},
      tallies: undefined,
    };
    await saveDerivedState(tx, { organisationId, environmentId, experimentId, iterationId }, state);
    isHeld = true;
    await new Promise<void>((resolve) => (release = resolve));
    throw new Error('forget it');
  });
  await expect.poll(() => isHeld, patience).toBe(true);
  const begun = await answered(shop.rest.POST(`${url}/experiments/{experiment}/results/recompute`, { params }));
  const jobNow = () =>
    answered(
      shop.rest.GET('/v1/projects/{project}/environments/{environment}/jobs/{job}', {
        params: { path: { ...path, job: begun.id } },
      }),
    );
  await expect.poll(async () => (await jobNow()).state, patience).toBe('running');
  const worker = product.processes.get('stats-service');
  worker?.kill('SIGKILL');
  await once(worker as ChildProcess, 'exit');
  release();
  await expect(holding).rejects.toThrow('forget it');
  // As if the minute of its lease were over.
  await database.inTenant(organisationId, (tx) =>
    tx
      .updateTable('stats.stats_jobs')
      .set({ due_at: new Date(0) })
      .where('id', '=', begun.id)
      .execute(),
  );
  await restartService(product, 'stats-service');
  await expect.poll(async () => (await jobNow()).state, patience).toBe('succeeded');
  expect(await jobNow()).toMatchObject({ attempts: 2, progress: 1 });
  await database.close();
});

test('A backend that is reached directly answers nobody without a principal that the gateway signed', async () => {
  const port = product.environment['STITCHD_AUTH_GRPC_PORT'];
  const session = connect(`http://127.0.0.1:${port}`);
  const status = await new Promise<string>((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/stitchd.auth.v1.Directory/ListProjects',
      'content-type': 'application/grpc',
      te: 'trailers',
      // A bare header names nobody.
      authorization: `Bearer ${product.token}`,
    });
    stream.on('response', (headers) => headers['grpc-status'] !== undefined && resolve(String(headers['grpc-status'])));
    stream.on('trailers', (trailers) => resolve(String(trailers['grpc-status'])));
    stream.resume();
    stream.end(Buffer.alloc(5));
  });
  session.close();
  expect(status).toBe('16');
});

test('What is private is in no table, no answer and no log, whichever way it went', async () => {
  await prepareWalk(shop);
  const clientKey = (await shop.createKey({ name: 'page', kind: 'client' })).secret;
  const end = new AbortController();
  const live = await fetch(`${product.url}/v1/projects/${shopProject}/environments/${shopEnvironment}/live-items`, {
    headers: { authorization: `Bearer ${product.token}` },
    signal: end.signal,
  });
  const heard = [...(await walkWithSdk(product, shop))];
  heard.push(...(await walkRemotely(product, { server: shop.serverKey, client: clientKey })));
  heard.push(JSON.stringify(await sendOverGrpc(product, shop.serverKey, 'SendEvents', carelessBatch())));
  let told = '';
  for await (const text of live.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    told += text;
    if (told.includes('undefined-walk') && told.includes('by-user')) break;
  }
  end.abort();
  // What the gateway counted of remote evaluations is sent at the latest when it ends.
  const gateway = product.processes.get('gateway');
  gateway?.kill('SIGTERM');
  await once(gateway as ChildProcess, 'exit');
  const linesOf = async (table: string) => (await storedRows(product)).get(table) ?? [];
  const countOf = async (table: string, text: string) => (await linesOf(table)).filter((line) => line.includes(text)).length;
  await expect.poll(() => countOf('flag_usage', '"stitchd-gateway"'), patience).toBeGreaterThan(0);
  const log = logOf(product);
  await restartService(product, 'gateway');
  heard.push(told, ...(await lookAtWalk(product)), log, logOf(product));
  expect(heard.filter((text) => text.includes(privateMark)).map((text) => text.slice(0, 2_000))).toEqual([]);
  const rows = await storedRows(product);
  expect([...rows].flatMap(([, lines]) => lines.filter((line) => line.includes(privateMark)))).toEqual([]);
  // What is not private did arrive: of the SDK and of remote evaluation.
  for (const table of ['event', 'exposure', 'identify', 'quarantined_event', 'context_attribute', 'flag_usage', 'rejected_item'])
    expect(rows.get(table)?.length, table).toBeGreaterThan(0);
  for (const walker of walkers) expect(await countOf('exposure', `"${walker}"`), walker).toBeGreaterThan(0);
  expect(await countOf('exposure', '"DE"')).toBeGreaterThan(0);
  expect(await countOf('exposure', '"by-email"')).toBe(0);
  expect(log).toContain('/v1/sdk/values');
});
