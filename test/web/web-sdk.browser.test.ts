import { answered } from '@stitchd/rest-client';
import { Stitchd, deviceFromCookie } from '@stitchd/sdk';
import { createStitchd, type StitchdWebOptions, type WebStatus } from '@stitchd/web';
import type { BrowserContext, Page } from 'playwright-core';
import { renderToString } from 'react-dom/server';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openBrowser, type OpenBrowser } from '../support/browser.ts';
import { startProduct, type Product } from '../support/product.ts';
import { openShop, shopEnvironment, shopProject, storedItems, type Shop } from '../support/shop.ts';
import { pageOf } from './hydrated-page.test-support.ts';
import type { TestPage } from './page.test-support.ts';
import { servePage, type ServedPage } from './serve-page.test-support.ts';

declare const page: TestPage;

const plain = { offVariant: 'blue', prerequisites: [], targets: [], rules: [] };
const inEnvironment = { path: { project: shopProject, environment: shopEnvironment } };
const waiting = { timeout: 15_000, interval: 20 };

let product: Product;
let shop: Shop;
let opened: OpenBrowser;
let site: ServedPage;
let browsing: BrowserContext;
let clientKey: string;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  [product, opened, site] = await Promise.all([startProduct({ mode: 'together' }), openBrowser(), servePage()]);
  shop = await openShop(product);
  await shop.createFlag(
    {
      key: 'colour',
      type: 'string',
      clientVisible: true,
      variants: [
        { key: 'red', value: 'red' },
        { key: 'blue', value: 'blue' },
      ],
    },
    { ...plain, defaultServe: { variant: 'red' } },
  );
  await shop.createFlag(
    { key: 'checkout', type: 'boolean', clientVisible: true },
    {
      ...plain,
      offVariant: 'off',
      defaultServe: { split: { contextKind: 'user', sticky: true, weights: { off: 50_000, on: 50_000 } } },
    },
  );
  await shop.createEvent('purchase', 'double');
  await startExperiment();
  clientKey = (await shop.createKey({ name: 'page', kind: 'client', allowedOrigins: [new URL(site.url).origin] })).secret;
});
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
  await opened?.close();
  site?.close();
  await product?.stop();
});
afterEach(() => browsing.close());

async function startExperiment(): Promise<void> {
  const params = { path: { project: shopProject } };
  const metric = { key: 'bought', definition: { type: 'conversion', event: 'purchase' } } as const;
  await answered(shop.rest.POST('/v1/projects/{project}/metrics', { params, body: metric }));
  const experiments = '/v1/projects/{project}/environments/{environment}/experiments';
  const made = await answered(
    shop.rest.POST(experiments, {
      params: inEnvironment,
      body: { key: 'checkout', flagKey: 'checkout', baselineVariant: 'off', metrics: [{ key: 'bought', role: 'primary' }] },
    }),
  );
  const header = { 'If-Match': `"${made.version}"` };
  const path = { ...inEnvironment.path, experiment: 'checkout' };
  await answered(shop.rest.POST(`${experiments}/{experiment}/start`, { params: { path, header } }));
}

async function newPage(): Promise<Page> {
  const made = await browsing.newPage();
  await made.goto(site.url);
  return made;
}
async function open(options: Partial<StitchdWebOptions> = {}): Promise<Page> {
  const made = await newPage();
  // As text: the type of options is too deep for what the browser's arguments may be.
  const given = JSON.stringify({ url: product.url, clientKey, ...options });
  await made.evaluate((text) => void page.open(JSON.parse(text) as StitchdWebOptions), given);
  return made;
}
async function newVisitor(options: Partial<StitchdWebOptions> = {}): Promise<Page> {
  browsing = await opened.browser.newContext();
  return open(options);
}
/** The items of the next request that a page tells events by. */
async function toldBy(
  from: Page,
): Promise<readonly { readonly type: string; readonly flag?: string; readonly context: object }[]> {
  const request = await from.waitForRequest(`${product.url}/v1/sdk/events`);
  expect((await request.response())?.status()).toBe(202);
  return (JSON.parse(request.postData() ?? '') as { readonly items: Awaited<ReturnType<typeof toldBy>> }).items;
}
const colour = (from: Page): Promise<string> => from.evaluate(() => page.client.string('colour', 'none'));
const statusOf = (from: Page): Promise<WebStatus> => from.evaluate(() => page.client.status());
const isReady = (from: Page): Promise<boolean> => from.evaluate(() => page.client.waitUntilReady());
async function setColour(variant: string): Promise<void> {
  await shop.configure('colour', { ...plain, defaultServe: { variant } });
}

test('A page of another origin reads flags of its context, and sees a change as it is made, without an error of its own', async () => {
  const visitor = await newVisitor({ context: { targetingKey: 'u-1' } });
  expect(await isReady(visitor)).toBe(true);
  expect(await colour(visitor)).toBe('red');
  const changed = visitor.evaluate(() => new Promise((resolve) => void page.client.onChange(resolve)));
  await setColour('blue');
  expect(await changed).toEqual(['colour']);
  expect(await colour(visitor)).toBe('blue');
  expect(await statusOf(visitor)).toMatchObject({ connection: 'streaming', source: 'server', lastError: undefined });
  await setColour('red');
  await expect.poll(() => colour(visitor), waiting).toBe('red');
  expect(await visitor.evaluate(() => page.errors)).toEqual([]);
});

test('Without a server a page starts with the values of the last visit, and what it tracks arrives once there is one', async () => {
  const first = await newVisitor({ context: { targetingKey: 'u-2' } });
  await isReady(first);
  await first.close();
  const before = await storedItems(shop);
  await browsing.route(`${product.url}/**`, (route) => route.abort());
  const cut = await open({ context: { targetingKey: 'u-2' } });
  expect([await colour(cut), (await statusOf(cut)).source]).toEqual(['red', 'cache']);
  expect(await cut.evaluate(() => page.client.track('purchase', { value: 7 }))).toBe(true);
  await cut.close();
  const other = await open({ context: { targetingKey: 'u-3' } });
  expect(await colour(other)).toBe('none');
  await other.close();
  await browsing.unroute(`${product.url}/**`);
  const back = await open({ context: { targetingKey: 'u-2' } });
  await expect.poll(async () => (await statusOf(back)).source, waiting).toBe('server');
  await expect.poll(async () => (await storedItems(shop)).events, waiting).toBe(before.events + 1);
});

test('What is tracked right before the visitor leaves arrives in the event store', async () => {
  const visitor = await newVisitor({ context: { targetingKey: 'u-4' }, flushIntervalMs: 60_000 });
  await isReady(visitor);
  const before = await storedItems(shop);
  await visitor.evaluate(() => {
    page.client.track('purchase', { value: 1 });
    location.href = 'about:blank';
  });
  await expect.poll(async () => (await storedItems(shop)).events, waiting).toBe(before.events + 1);
});

test('Who signs in keeps the variant of before, here and on the server that gets the cookie', async () => {
  const visitor = await newVisitor({ context: { anonymous: true } });
  await isReady(visitor);
  const before = await visitor.evaluate(() => page.client.booleanDetails('checkout', false));
  expect(before.reason).toBe('SPLIT');
  const server = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey });
  cleanUps.push(() => server.close());
  // Somebody whom the split alone would give the other variant.
  const names = Array.from({ length: 50 }, (_, index) => `member-${index}`);
  const member = names.find(
    (name) => server.boolean('checkout', { targetingKey: name }, false, { exposure: false }) !== before.value,
  );
  const context = { targetingKey: member ?? '' };
  expect(await visitor.evaluate((asked) => page.client.setContext(asked), context)).toBe(true);
  const after = await visitor.evaluate(() => page.client.booleanDetails('checkout', false));
  expect(after).toMatchObject({ value: before.value, metadata: { sticky: true } });
  const cookie = await visitor.evaluate(() => document.cookie);
  const device = { key: deviceFromCookie(cookie) ?? '' };
  expect(device.key).toMatch(/^[\w-]{36}$/);
  const assignments = await server.assignmentsFromCookie(cookie, { ...context, device });
  expect(server.boolean('checkout', { ...context, device, assignments }, !before.value)).toBe(before.value);
  const again = await open({ context });
  await isReady(again);
  expect(await again.evaluate(() => page.client.boolean('checkout', false))).toBe(before.value);
  expect(await again.evaluate(() => document.cookie)).toBe(cookie);
});

test('Without consent nothing is kept and nothing is told; with it, what was read is exposed and the device is remembered', async () => {
  const visitor = await newVisitor({ context: { targetingKey: 'u-6' }, consent: false });
  const asked: string[] = [];
  visitor.on('request', (request) => void asked.push(request.url()));
  await isReady(visitor);
  const before = await storedItems(shop);
  await visitor.evaluate(() => {
    page.client.boolean('checkout', false);
    page.client.track('purchase', { value: 1 });
  });
  expect(await visitor.evaluate(() => page.client.flush({ timeoutMs: 500 }))).toBe(true);
  const kept = (): Promise<unknown> => visitor.evaluate(() => [document.cookie, Object.keys(localStorage)]);
  expect(await kept()).toEqual(['', []]);
  expect(asked.filter((url) => url.includes('/events'))).toEqual([]);
  const told = toldBy(visitor);
  await visitor.evaluate(() => page.client.setConsent(true));
  expect(await told).toMatchObject([{ type: 'exposure', flag: 'checkout', context: { user: 'u-6' } }]);
  expect(await kept()).toEqual([
    expect.stringContaining('stitchd_device='),
    expect.arrayContaining(['stitchd_device', 'stitchd_assignments']),
  ]);
  expect((await storedItems(shop)).events).toBe(before.events);
  await expect.poll(async () => (await storedItems(shop)).exposures, waiting).toBeGreaterThan(before.exposures);
  await visitor.evaluate(() => page.client.setConsent(false));
  expect(await kept()).toEqual(['', []]);
});

test('A page that a server rendered with a signed bootstrap is hydrated without a mismatch or a request, and lives on', async () => {
  const server = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey });
  cleanUps.push(() => server.close());
  const context = { targetingKey: 'u-7', plan: 'pro', device: { key: 'device-of-server' } };
  const bootstrap = await server.bootstrap(context, { signed: true });
  const options = { url: product.url, clientKey, context, ...(bootstrap && { bootstrap }) };
  site.render = async () => renderToString(pageOf(createStitchd(options)));
  browsing = await opened.browser.newContext();
  const made = await newPage();
  const rendered = await made.textContent('#root');
  expect(rendered).toMatch(/^red(true|false) SPLIT$/);
  const problems: string[] = [];
  made.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
  const told = toldBy(made);
  const asked = made.waitForRequest(`${product.url}/v1/sdk/values/stream`);
  const given = JSON.stringify(options);
  const mismatches = await made.evaluateHandle((text) => page.hydrate(JSON.parse(text) as StitchdWebOptions), given);
  expect(JSON.parse((await asked).postData() ?? '')).toMatchObject({ context, contextToken: bootstrap?.contextToken });
  await expect.poll(async () => (await statusOf(made)).connection, waiting).toBe('streaming');
  expect([await made.textContent('#root'), await mismatches.jsonValue(), problems]).toEqual([rendered, [], []]);
  expect(await made.evaluate(() => page.renderingsOfColour())).toBe(1);
  expect(await told).toMatchObject([
    { type: 'exposure', flag: 'checkout', context: { user: 'u-7', device: 'device-of-server' } },
  ]);
  await setColour('blue');
  await expect.poll(() => made.textContent('#colour'), waiting).toBe('blue');
  expect(await made.evaluate(() => page.renderingsOfColour())).toBe(2);
  expect(deviceFromCookie(await made.evaluate(() => document.cookie))).toBe('device-of-server');
  // The token proves the context: the page can't ask for somebody else.
  const stolen = { targetingKey: 'u-1' };
  const contextToken = bootstrap?.contextToken ?? '';
  const refused = await made.evaluate((asked) => page.client.setContext(asked.stolen, asked), { stolen, contextToken });
  expect([refused, (await statusOf(made)).lastError]).toEqual([false, 'CONTEXT_TOKEN_INVALID']);
  site.render = async () => '';
});

test('A component that suspends shows its boundary until values are there, and the fallback where none come', async () => {
  browsing = await opened.browser.newContext();
  const made = await newPage();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let asked = 0;
  await browsing.route(`${product.url}/**`, async (route) => {
    asked++;
    await released;
    await route.continue();
  });
  await made.evaluate((given) => page.suspend(given), { url: product.url, clientKey });
  await made.waitForSelector('#waiting');
  await expect.poll(() => asked, waiting).toBeGreaterThan(0);
  release();
  await made.waitForSelector('#waited');
  expect(await made.textContent('#waited')).toBe(await colour(made));
  const other = await shop.createKey({ name: 'not here', kind: 'client', allowedOrigins: ['https://nowhere.example'] });
  const refused = await newPage();
  await refused.evaluate((given) => page.suspend(given), { url: product.url, clientKey: other.secret });
  await refused.waitForSelector('#waited');
  expect([await refused.textContent('#waited'), await refused.evaluate(() => page.errors)]).toEqual(['none', []]);
});

test('A page learns that its key was revoked, or is not for its origin, and goes on answering', async () => {
  const { key, secret } = await shop.createKey({ name: 'doomed', kind: 'client' });
  const visitor = await newVisitor({ clientKey: secret });
  await isReady(visitor);
  const params = { path: { ...inEnvironment.path, id: key.id } };
  await answered(shop.rest.POST('/v1/projects/{project}/environments/{environment}/sdk-keys/{id}/revoke', { params }));
  await expect.poll(async () => (await statusOf(visitor)).lastError, waiting).toBe('KEY_REVOKED');
  expect(await colour(visitor)).toMatch(/^(red|blue)$/);
  const other = await shop.createKey({ name: 'elsewhere', kind: 'client', allowedOrigins: ['https://elsewhere.example'] });
  const foreign = await open({ clientKey: other.secret });
  expect(await isReady(foreign)).toBe(false);
  expect(await statusOf(foreign)).toMatchObject({ connection: 'refused', lastError: 'ORIGIN_NOT_ALLOWED' });
  expect(await foreign.evaluate(() => page.errors)).toEqual([]);
});
