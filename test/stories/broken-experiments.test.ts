import { answered } from '@stitchd/rest-client';
import { Stitchd, type SdkLogger } from '@stitchd/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { guideVerify } from '../support/guide-verify.ts';
import { startProduct, type Product } from '../support/product.ts';
import {
  arms,
  eventOf,
  exposureOf,
  letDaysPass,
  resultsOf,
  sendItems,
  startRecorded,
  type RecordedExperiment,
} from '../support/recorded-experiments.ts';
import { openShop, shopEnvironment, shopProject, storedItems, type Shop } from '../support/shop.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const minuteMs = 60_000;
/** Six minutes: units whose window has closed are needed at once. */
const windowHours = 0.1;
/** More than the oldest item is old. */
const daysBack = 12;
const silent: SdkLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A program's view of a unit: everything is decided by its number, so that arms are alike to the last digit. */
interface Unit {
  readonly key: string;
  readonly arm: (typeof arms)[number];
  readonly exposedAt: number;
  /** Nothing for one in three. */
  readonly spends: number;
}

let product: Product;
let webhook: WebhookReceiver;
let webhookSecret: string;
let shop: Shop;
let sdkKey: string;
let now: number;
const experiments = new Map<string, RecordedExperiment>();
const computed = new Map<Name, Awaited<ReturnType<typeof resultsOf>>>();
let sent = { exposures: 0, events: 0 };

const names = [
  'sound',
  'bad-split',
  'swapped-units',
  'double-exposure',
  'late-events',
  'carry-over',
  'dead-stream',
  'tiny-counts',
  'heavy-tail',
  'mid-run-edit',
  'bot-traffic',
] as const;
type Name = (typeof names)[number];

// One product and one wait for all: every experiment has events and metrics of its own.
beforeAll(async () => {
  webhook = await startWebhookReceiver();
  const address = `127.0.0.1:${webhook.port}`;
  product = await startProduct({ mode: 'together', environment: { STITCHD_WEBHOOK_ALLOWED_HOSTS: address } });
  shop = await openShop(product);
  const receiver = shop.rest.POST('/v1/projects/{project}/receivers', {
    params: { path: { project: shopProject } },
    body: { kind: 'webhook', name: 'On call', address: `http://${address}/`, topics: ['experiment.alarm.broken'] },
  });
  webhookSecret = (await answered(receiver)).secret;
  sdkKey = (await shop.createKey({ name: 'past', kind: 'server', backfillDays: 30 })).secret;
  now = Date.now();
  for (const name of names) experiments.set(name, await startRecorded(shop, name, windowHours));
  await sendSoundByTheSdk();
  await sendBroken();
  const isStored = async (): Promise<boolean> => {
    const { exposures, events, waiting } = await storedItems(shop, daysBack);
    return exposures === sent.exposures && events === sent.events && waiting === 0;
  };
  await vi.waitUntil(isStored, { timeout: 60_000, interval: 100 });
  await Promise.all(names.map(async (name) => computed.set(name, await resultsOf(shop, name))));
}, 180_000);
afterAll(async () => {
  await product?.stop();
  await webhook?.stop();
});

function experimentOf(name: Name): RecordedExperiment {
  const found = experiments.get(name);
  if (found === undefined) throw new Error(`${name} was not started`);
  return found;
}

/** As many units of each arm, exposed between `from` and `to` minutes ago. */
function units(name: Name, perArm: number, { from = 50, to = 10 } = {}): readonly Unit[] {
  return Array.from({ length: 2 * perArm }, (_, index) => {
    const pair = Math.floor(index / 2);
    return {
      key: `${name}-${index}`,
      arm: arms[index % 2 === 0 ? 0 : 1],
      exposedAt: now - from * minuteMs + Math.round((pair / perArm) * (from - to) * minuteMs),
      spends: pair % 3 === 0 ? 0 : 10 + ((pair * 7) % 13),
    };
  });
}

/** What a unit bought a few minutes before, its exposure, and what it bought then. */
function itemsOf(name: Name, unit: Unit, index: number, before = 5 + (Math.floor(index / 2) % 7)): readonly object[] {
  const experiment = experimentOf(name);
  const { key, arm, exposedAt, spends } = unit;
  const bought = (value: number, at: number): object => eventOf(experiment, { user: key }, value, at);
  return [
    bought(before, exposedAt - 2 * minuteMs),
    exposureOf(experiment, key, arm, exposedAt),
    ...(spends === 0 ? [] : [bought(spends, exposedAt + minuteMs)]),
  ];
}

async function send(items: readonly object[], sdk?: string): Promise<void> {
  await sendItems(product, sdkKey, items, sdk);
  const exposures = items.filter((item) => 'type' in item && item.type === 'exposure').length;
  sent = { exposures: sent.exposures + exposures, events: sent.events + items.length - exposures };
}

/** The one that nothing is wrong with goes through an SDK, which evaluates and tracks. */
async function sendSoundByTheSdk(): Promise<void> {
  const client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey, logger: silent });
  const { key, iterationId, event } = experimentOf('sound');
  const known = () =>
    client.stringDetails(key, { targetingKey: 'probe' }, '', { exposure: false }).metadata.iterationId === iterationId;
  await vi.waitUntil(known, { timeout: 15_000, interval: 20 });
  for (const [index, unit] of units('sound', 250).entries()) {
    const context = { targetingKey: unit.key };
    client.track(event, context, { value: 5 + (Math.floor(index / 2) % 7), at: unit.exposedAt - 2 * minuteMs });
    expect(client.string(key, { ...context, arm: unit.arm }, '', { at: unit.exposedAt })).toBe(unit.arm);
    if (unit.spends > 0) client.track(event, context, { value: unit.spends, at: unit.exposedAt + minuteMs });
    sent = { exposures: sent.exposures + 1, events: sent.events + (unit.spends > 0 ? 2 : 1) };
  }
  await client.flush();
  await client.close();
}

const broken: Readonly<Record<Exclude<Name, 'sound'>, () => Promise<void>>> = {
  // A redirect loses one in three of the new arm.
  async 'bad-split'() {
    const kept = units('bad-split', 450).filter(({ arm }, index) => arm === 'old' || index % 3 !== 0);
    await send(kept.flatMap((unit, index) => itemsOf('bad-split', unit, index)));
  },
  // Exposures name the user, events the device.
  async 'swapped-units'() {
    const experiment = experimentOf('swapped-units');
    const all = units('swapped-units', 250);
    await send(all.map(({ key, arm, exposedAt }) => exposureOf(experiment, key, arm, exposedAt)));
    const bought = all.filter(({ spends }) => spends > 0);
    await send(bought.map(({ key, spends, exposedAt }) => eventOf(experiment, { device: key }, spends, exposedAt + minuteMs)));
  },
  // Two programs assign anew, one after the other, in the old arm only.
  async 'double-exposure'() {
    const all = units('double-exposure', 250);
    const again = all.filter(({ arm }, index) => arm === 'old' && index % 6 === 0);
    const experiment = experimentOf('double-exposure');
    await send(all.flatMap((unit, index) => itemsOf('double-exposure', unit, index)));
    await send(again.map(({ key, exposedAt }) => exposureOf(experiment, key, 'new', exposedAt + minuteMs)));
  },
  async 'late-events'() {
    await letDaysPass(product, 'late-events', daysBack);
    const all = units('late-events', 250, { from: 240, to: 200 });
    await send(all.flatMap((unit, index) => itemsOf('late-events', unit, index)));
  },
  // The experiment before treated the same units: those of the new arm are used to buying.
  async 'carry-over'() {
    const name = 'carry-over';
    const worthOf = ({ arm }: Unit, index: number): number => 5 + (Math.floor(index / 2) % 7) + (arm === 'new' ? 3 : 0);
    await send(units(name, 250).flatMap((unit, index) => itemsOf(name, unit, index, worthOf(unit, index))));
  },
  // A release forgot the flag, nine hours ago.
  async 'dead-stream'() {
    const all = units('dead-stream', 250, { from: 11 * 24 * 60, to: 9 * 60 });
    await send(all.flatMap((unit, index) => itemsOf('dead-stream', unit, index)));
  },
  async 'tiny-counts'() {
    await send(units('tiny-counts', 30).flatMap((unit, index) => itemsOf('tiny-counts', unit, index)));
  },
  // One customer buys for a whole company, in each arm.
  async 'heavy-tail'() {
    const all = units('heavy-tail', 250).map((unit, index) => (index < 2 ? { ...unit, spends: 90_000 } : unit));
    await send(all.flatMap((unit, index) => itemsOf('heavy-tail', unit, index)));
  },
  async 'mid-run-edit'() {
    await send(units('mid-run-edit', 250).flatMap((unit, index) => itemsOf('mid-run-edit', unit, index)));
    const params = { path: { project: shopProject, environment: shopEnvironment, experiment: 'mid-run-edit' } };
    const route = '/v1/projects/{project}/environments/{environment}/experiments/{experiment}';
    const { version } = await answered(shop.rest.GET(route, { params }));
    const metrics = [
      { key: 'mid-run-edit-buyers', role: 'primary' as const },
      { key: 'mid-run-edit-revenue', role: 'guardrail' as const, margin: 0.5 },
    ];
    const header = { 'If-Match': `"${version}"` };
    await answered(shop.rest.PATCH(route, { params: { ...params, header }, body: { metrics } }));
  },
  // A crawler follows the link that only the new arm has.
  async 'bot-traffic'() {
    const experiment = experimentOf('bot-traffic');
    await send(units('bot-traffic', 250).flatMap((unit, index) => itemsOf('bot-traffic', unit, index)));
    const crawled = Array.from({ length: 250 }, (_, index) =>
      exposureOf(experiment, `crawler-${index}`, 'new', now - 30 * minuteMs + index),
    );
    await send(crawled, 'crawler');
  },
};

async function sendBroken(): Promise<void> {
  for (const make of Object.values(broken)) await make();
}

/** What is wrong, check by check, in words; and what is to be done. */
function diagnosisOf(name: Name, results = computed.get(name)) {
  if (results === undefined) throw new Error(`${name} was not computed`);
  const wrong = results.health.filter(({ status }) => status === 'warning' || status === 'broken');
  for (const { remedy } of wrong) expect(remedy).toBeTruthy();
  return {
    checks: wrong.map(({ check, status }) => `${check}: ${status}`),
    words: wrong.map(({ cause, remedy }) => `${cause} ${remedy ?? ''}`).join('\n'),
    decision: `${results.decision.headline}. ${results.decision.detail.join(' ')}`,
    results,
  };
}

test('An experiment that nothing is wrong with raises no alarm', () => {
  const { checks, decision, results } = diagnosisOf('sound');
  expect(checks).toEqual([]);
  expect(results.health.map(({ status }) => status)).toEqual(results.health.map(() => 'ok'));
  expect(decision).not.toContain("Don't use these results");
  expect(results.arms.map(({ units: count }) => count)).toEqual([250, 250]);
});

test('A bad split is named with how many are missing, and blocks the verdict', () => {
  const { checks, words, decision } = diagnosisOf('bad-split');
  expect(checks).toContain('sample-ratio: broken');
  expect(words).toMatch(
    /(new|old) has [\d,.]+ (fewer|more) units than the split predicts; the chance of that by luck is below 1 in/,
  );
  expect(decision).toContain("Don't use these results");
});

test('Who looks at figures of broken data all the same stands in the activity, and nobody is written down for others', async () => {
  const look = (experiment: string) =>
    shop.rest.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results/show-anyway', {
      params: { path: { project: shopProject, environment: shopEnvironment, experiment } },
    });
  expect((await look('bad-split')).response.status).toBe(204);
  expect((await look('sound')).response.status).toBe(409);
  const { items } = await answered(shop.rest.GET('/v1/audit', { params: { query: { resourceKind: 'experiment', limit: 200 } } }));
  const looks = items.filter(({ action }) => action === 'stats.show-anyway');
  expect(looks).toMatchObject([{ resourceKey: 'bad-split', after: { iteration: 1, broken: [expect.any(String)] } }]);
});

test('Swapped units, exposures by user and events by device, are told as such', () => {
  const { checks, words } = diagnosisOf('swapped-units');
  expect(checks).toContain('unit-kind: warning');
  expect(words).toContain("100\u00A0% of the metrics' events have no user key that belongs to anybody");
  expect(words).toContain('Give the SDK a user in the context of evaluations and of tracked events alike');
});

test('Units that were exposed to both arms are counted where they were first, and told', () => {
  const { checks, words, decision } = diagnosisOf('double-exposure');
  expect(checks).toEqual(['mixed-units: broken']);
  expect(words).toMatch(/user keys \([\d.]+\s%\) saw more than one arm; they count for the one that they saw first/);
  expect(decision).toContain("Don't use these results");
});

test('Late events are told with their share', () => {
  const { checks, words } = diagnosisOf('late-events');
  expect(checks).toEqual(['late-data: warning']);
  expect(words).toContain("100\u00A0% of the last day's events since the start came more than an hour after they happened");
});

test('Arms that differed before anybody was exposed are a carry-over, and block the verdict', () => {
  const { checks, words, decision } = diagnosisOf('carry-over');
  expect(checks).toEqual(['pre-period: broken']);
  expect(words).toMatch(/The arms differed in .*carry-over-revenue.* before anybody was exposed/);
  expect(words).toContain('may carry over what an earlier experiment did');
  expect(decision).toContain("Don't use these results");
});

test('A stream that has died is told with the hours since', () => {
  const { checks, words } = diagnosisOf('dead-stream');
  expect(checks).toContain('stopped-stream: warning');
  // Its items are days old and were sent at once, after the start: that is no stream that is late.
  expect(checks).not.toContain('late-data: warning');
  expect(words).toMatch(
    /The last exposure came \d+ hours before the results were computed; at the usual rate \d+ new units would have come/,
  );
});

test('Tiny counts are read as few units and few conversions, not as no difference', () => {
  const { checks, words } = diagnosisOf('tiny-counts');
  expect(checks).toEqual(expect.arrayContaining(['few-units: warning', 'few-conversions: warning']));
  expect(words).toContain('The smallest arm has 30 user keys');
  expect(words).toContain('Read it as few conversions, not as no difference');
});

test('A heavy tail is named with the metric that it carries', () => {
  const { checks, words } = diagnosisOf('heavy-tail');
  expect(checks).toEqual(['heavy-tails: warning']);
  expect(words).toMatch(/heavy-tail-revenue: a few units weigh so much/);
  expect(words).toContain('Give the metric a cap');
});

test('What was edited in the middle of the run is named, and makes what was chosen exploratory', () => {
  const { checks, words } = diagnosisOf('mid-run-edit');
  expect(checks).toEqual(['changed-mid-run: warning']);
  expect(words).toMatch(/Changed after the start: .*mid-run-edit-revenue/);
});

test('Bots are found by the program that they come from; left out by rule, they leave a sound experiment', async () => {
  const { words, decision, checks } = diagnosisOf('bot-traffic');
  expect(checks).toEqual(expect.arrayContaining(['sample-ratio: broken', 'sample-ratio-platforms: broken']));
  expect(words).toContain('On sdk crawler the sizes do not fit the split');
  expect(decision).toContain('Worst on sdk crawler.');
  const params = { path: { project: shopProject, environment: shopEnvironment } };
  const route = '/v1/projects/{project}/environments/{environment}/event-settings';
  const { version } = await answered(shop.rest.GET(route, { params }));
  const filter = { property: 'sdk', operator: '=' as const, value: 'crawler' };
  const header = { 'If-Match': `"${version}"` };
  await answered(shop.rest.PATCH(route, { params: { ...params, header }, body: { exclusions: [{ name: 'Bots', filter }] } }));
  const mended = diagnosisOf('bot-traffic', await resultsOf(shop, 'bot-traffic'));
  expect(mended.checks).toEqual([]);
  expect(mended.results.exposures.excluded).toEqual([{ name: 'Bots', items: 250, units: 250 }]);
});

test("Before a start the past says which metrics can be trusted and what the split can find; the job's events lead to the answer", async () => {
  const path = { project: shopProject, environment: shopEnvironment };
  const ranges = [
    { variant: 'old', from: 0, to: 50_000 },
    { variant: 'new', from: 50_000, to: 100_000 },
  ];
  const split = { contextKind: 'user', ranges };
  await shop.createFlag(
    { key: 'next', type: 'string', variants: arms.map((arm) => ({ key: arm, value: arm })) },
    { offVariant: 'old', prerequisites: [], targets: [], rules: [], defaultServe: { split } },
  );
  const metrics = [
    { key: 'sound-buyers', role: 'primary' as const },
    { key: 'heavy-tail-revenue', role: 'secondary' as const },
  ];
  const body = { key: 'next', flagKey: 'next', baselineVariant: 'old', metrics };
  await answered(shop.rest.POST('/v1/projects/{project}/environments/{environment}/experiments', { params: { path }, body }));

  const route = '/v1/projects/{project}/environments/{environment}/experiments/{experiment}/aa-replay';
  const params = { path: { ...path, experiment: 'next' } };
  const job = await answered(shop.rest.POST(route, { params, body: { replays: 200 } }));
  const events = await fetch(`${product.url}/v1/projects/${shopProject}/environments/${shopEnvironment}/jobs/${job.id}/events`, {
    headers: { authorization: `Bearer ${product.token}` },
  });
  // It ends with the job.
  expect((await events.text()).trimEnd().split('\n').at(-2)).toBe('event: end');
  const { replay, lastJob } = await answered(shop.rest.GET(route, { params }));
  expect(lastJob).toMatchObject({ id: job.id, state: 'succeeded', progress: 1 });
  expect(replay?.arms).toEqual([
    { variant: 'old', share: 0.5 },
    { variant: 'new', share: 0.5 },
  ]);
  expect(replay?.units).toBe(replay?.assignedUnits);
  expect(replay?.units).toBeGreaterThan(2_000);
  const [sound, heavy] = replay?.metrics ?? [];
  // By luck one verdict in a hundred is wrong; a rate of 15 % is not.
  expect(sound).toMatchObject({
    key: 'sound-buyers',
    comparisons: [{ replays: 200, rate: expect.toSatisfy((rate: number) => rate > 0 && rate < 0.15) }],
  });
  // A few units have nearly everything: whichever arm they fall into, the error is so large that hardly anything is called.
  expect(heavy).toMatchObject({ key: 'heavy-tail-revenue', verdict: 'cautious' });

  const { traffic, unitKind, verdict } = await answered(
    shop.rest.POST('/v1/projects/{project}/environments/{environment}/experiment-plans', {
      params: { path },
      body: { metricKeys: ['sound-buyers'], split: { flagKey: 'next', ruleId: '' }, days: 14 },
    }),
  );
  expect([unitKind, traffic.units, verdict.code]).toEqual(['user', 0, 'no-traffic']);
});

test('Each that is broken was told to a webhook, signed, with what is wrong; the others were not', async () => {
  const broken = [...computed].filter(([, { health }]) => health.some(({ status }) => status === 'broken'));
  const keysOf = (): Set<unknown> =>
    new Set(webhook.received.map(({ body }) => (body['experiment'] as { readonly key: string }).key));
  await vi.waitUntil(() => keysOf().size >= broken.length, { timeout: 30_000, interval: 50 });
  expect(keysOf()).toEqual(new Set(broken.map(([name]) => name)));
  const verify = await guideVerify();
  for (const { headers, text, body } of webhook.received) {
    expect(body['topic']).toBe('experiment.alarm.broken');
    expect(verify(webhookSecret, headers, text)).toBe(true);
  }
  const alarm = webhook.received.find(({ text }) => text.includes('bad-split'));
  expect(String(alarm?.body['text'])).toMatch(/units than the split predicts/);
});
