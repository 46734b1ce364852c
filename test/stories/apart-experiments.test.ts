import { once } from 'node:events';
import { answered } from '@stitchd/rest-client';
import { Stitchd, type SdkLogger } from '@stitchd/sdk';
import { serviceNames } from '@stitchd/service-kit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openConfigurationStore } from '../support/configuration-store.ts';
import { guideVerify } from '../support/guide-verify.ts';
import { restartService, startProduct, type Product } from '../support/product.ts';
import { openShop, shopProject, storedItems, type Shop } from '../support/shop.ts';
import { splitExperiments } from '../support/split-experiments.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const patience = { timeout: 60_000, interval: 50 };
let product: Product;
let shop: Shop;
let store: pg.Client;
let experiments: ReturnType<typeof splitExperiments>;
let webhook: WebhookReceiver;

beforeAll(async () => {
  webhook = await startWebhookReceiver();
  const allowed = `127.0.0.1:${webhook.port}`;
  product = await startProduct({ mode: 'apart', environment: { STITCHD_WEBHOOK_ALLOWED_HOSTS: allowed } });
  shop = await openShop(product);
  store = await openConfigurationStore(product);
  experiments = splitExperiments(shop);
  await experiments.createMetric('bought');
});
afterAll(async () => {
  await store?.end();
  await product?.stop();
  await webhook?.stop();
});

const numberOf = async (sql: string): Promise<number> =>
  Number((await store.query<{ n: string }>(`select count(*) as n from ${sql}`)).rows[0]?.n);

async function kill(name: string): Promise<void> {
  const child = product.processes.get(name);
  if (child === undefined) throw new Error(`${name} does not run`);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('A start, other weights and a stop whose process is killed between two services are finished after all of them were killed', async () => {
  for (const key of ['starts', 'weighs', 'stops']) await experiments.draft(key, 'bought');
  for (const key of ['weighs', 'stops']) await experiments.start(key);
  // What flag-service is asked for waits for this lock, and is asked for already.
  const holder = await openConfigurationStore(product);
  await holder.query('begin');
  await holder.query('select from platform.environment_revision for update');
  const asked = [experiments.start('starts'), experiments.changeWeights('weighs', 60_000), experiments.stop('stops', 'on')];
  const waiting = `pg_stat_activity where application_name = 'stitchd flag-service' and wait_event_type = 'Lock'`;
  await expect.poll(() => numberOf(waiting), patience).toBe(3);
  await kill('experimentation-service');
  await holder.query('commit');
  await holder.end();
  for (const { response } of await Promise.all(asked)) {
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  }

  // flag-service did what it was asked for, and nobody has recorded it.
  await expect.poll(() => numberOf('flag.binding where unbound_at is null'), patience).toBe(2);
  await expect.poll(() => numberOf(`flag.binding_event where kind = 'weights'`), patience).toBe(1);
  expect(await numberOf(`experiment.experiment where state in ('starting', 'stopping')`)).toBe(2);
  expect(await numberOf('experiment.period')).toBe(2);
  for (const name of serviceNames.filter((each) => each !== 'experimentation-service')) await kill(name);
  // As if the leases of the dead had ended.
  await store.query('update experiment.saga set due_at = now()');
  await Promise.all(serviceNames.map((name) => restartService(product, name)));

  await expect.poll(async () => (await experiments.read('starts')).state, patience).toBe('running');
  await expect.poll(async () => (await experiments.read('stops')).state, patience).toBe('stopped');
  const { iterationId } = await experiments.read('starts');
  expect(await experiments.served('starts')).toMatchObject({ split: { iterationId } });
  expect(await experiments.served('stops')).toEqual({ variant: 'on' });
  expect((await experiments.read('stops')).servedAfter).toMatchObject({ kind: 'variant', variant: 'on' });
  expect(await numberOf('experiment.saga')).toBe(0);
  await experiments.results('experiments', 'weighs');
  expect(await experiments.iterations('weighs')).toMatchObject([
    { periods: [{}, { arms: expect.arrayContaining([{ variant: 'on', expectedMilliPercent: 60_000 }]) }] },
  ]);
});

test('A message whose sender is killed after it arrived and before that was written down arrives again, with the same id', async () => {
  const address = `http://127.0.0.1:${webhook.port}/`;
  const receiver = shop.rest.POST('/v1/projects/{project}/receivers', {
    params: { path: { project: shopProject } },
    body: { kind: 'webhook', name: 'On call', address, topics: ['experiment.started'] },
  });
  const { secret } = await answered(receiver);
  // It has the message, and keeps the sender waiting for an answer.
  webhook.answerWith(() => undefined);
  await experiments.draft('told', 'bought');
  await experiments.start('told');
  await expect.poll(() => webhook.received.length, patience).toBe(1);
  await kill('auth-service');
  expect(await numberOf(`auth.delivery where state = 'running' and attempts = 1`)).toBe(1);
  webhook.answerWith(204);
  // As if the lease of the dead had ended.
  await store.query('update auth.delivery set due_at = now()');
  await restartService(product, 'auth-service');
  await expect.poll(() => numberOf(`auth.delivery where state = 'succeeded' and attempts = 2`), patience).toBe(1);

  const [first, again] = webhook.received;
  if (first === undefined || again === undefined) throw new Error('it did not arrive twice');
  expect(webhook.received).toHaveLength(2);
  expect(first.body).toMatchObject({ topic: 'experiment.started', experiment: { key: 'told' } });
  expect([again.headers['webhook-id'], again.text]).toEqual([first.headers['webhook-id'], first.text]);
  const verify = await guideVerify();
  for (const { headers, text } of [first, again]) expect(verify(secret ?? '', headers, text)).toBe(true);
});

test('Harm ends an experiment that asks for it and everybody gets the baseline, whom a holdout holds had it all along', async () => {
  await experiments.startHoldout('held-back', 'bought');
  await experiments.draft('harms', 'bought', { analysis: { onHarm: 'serve-baseline' } });
  await experiments.start('harms');
  const url = { url: product.url, syncUrl: product.syncUrl };
  const application = await Stitchd.init({ ...url, sdkKey: shop.serverKey, logger: silent });
  const users = Array.from({ length: 300 }, (_, index) => ({ targetingKey: `u-${index}` }));
  const before = await storedItems(shop);
  const off = users.filter((user) => !application.boolean('harms', user, false));
  for (const user of off) application.track('bought', user);
  expect(await application.flush()).toBe(true);
  await expect
    .poll(async () => {
      const { events, exposures } = await storedItems(shop);
      return [events - before.events, exposures - before.exposures];
    }, patience)
    .toEqual([off.length, users.length]);
  const results = await experiments.results('experiments', 'harms');
  await expect.poll(async () => (await experiments.read('harms')).state, patience).toBe('stopped');
  expect((await experiments.read('harms')).servedAfter).toMatchObject({ kind: 'variant', variant: 'off' });
  expect(await experiments.served('harms')).toEqual({ variant: 'off', holdouts: [{ holdout: 'held-back', baseline: 'off' }] });
  await expect.poll(() => users.some((user) => application.boolean('harms', user, true)), patience).toBe(false);
  await application.close();

  const free = results?.arms.reduce((sum, { units }) => sum + units, 0) ?? 0;
  expect(free).toBeLessThan(users.length);
  const sides = (await experiments.results('holdouts', 'held-back'))?.arms.map(({ variant, units }) => [variant, units]);
  expect(sides).toEqual([
    ['held', users.length - free],
    ['free', free],
  ]);
});
