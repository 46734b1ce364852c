import { randomBytes } from 'node:crypto';
import { uuidv7 } from '@stitchd/core';
import { answered } from '@stitchd/rest-client';
import { Stitchd, type Hook, type SdkLogger } from '@stitchd/sdk';
import type { Product } from '../support/product.ts';
import { shopEnvironment, shopProject, type Shop } from '../support/shop.ts';

/** In every value, name and key that nobody but the evaluation may see. */
export const privateMark = 'zqhidden';

const inEnvironment = { path: { project: shopProject, environment: shopEnvironment } };
const environmentPath = `/v1/projects/${shopProject}/environments/${shopEnvironment}`;

/** Somebody whose private parts are named in every way there is; the client's own option names `email`. */
const person = (user: string) => ({
  targetingKey: user,
  plan: 'pro',
  email: `${privateMark}-${user}@example.org`,
  [`${privateMark}Nickname`]: `${privateMark}-nickname`,
  address: { country: 'DE', street: `${privateMark}-street` },
  device: { key: `${privateMark}-device`, model: `${privateMark}-model` },
  org: { key: 'acme', budget: `${privateMark}-budget` },
  privateAttributes: ['email', `${privateMark}Nickname`, '/address/street', 'device', '/org/budget'],
});
/** Somebody whose own key is private. */
const nameless = { targetingKey: `${privateMark}-user`, org: { key: 'acme' }, privateAttributes: ['targetingKey'] };
export const walkers = ['walk-1', 'walk-2', 'walk-3', 'walk-4'];

/** What the way of items needs: exposures that carry attributes, an experiment by user, and a flag by a private attribute. */
export async function prepareWalk(shop: Shop): Promise<void> {
  const settings = '/v1/projects/{project}/environments/{environment}/event-settings';
  const { version } = await answered(shop.rest.GET(settings, { params: inEnvironment }));
  const ifMatch = (of: number | undefined) => ({ ...inEnvironment, header: { 'If-Match': `"${of}"` } });
  const exposureAttributes = ['plan', 'email', '/address/street', '/address/country', 'model', 'budget'];
  await answered(shop.rest.PATCH(settings, { params: ifMatch(version), body: { observeValues: true, exposureAttributes } }));
  const params = { path: { project: shopProject } };
  await shop.createEvent('purchase', 'double');
  await answered(
    shop.rest.POST('/v1/projects/{project}/metrics', {
      params,
      body: { key: 'walked', definition: { type: 'conversion', event: 'purchase' } },
    }),
  );
  for (const [key, attribute] of [
    ['by-user', undefined],
    ['by-email', 'email'],
  ] as const) {
    const split = { contextKind: 'user', ...(attribute !== undefined && { attribute }), weights: { off: 50_000, on: 50_000 } };
    await shop.createFlag(
      { key, type: 'boolean', clientVisible: true },
      { offVariant: 'off', prerequisites: [], targets: [], rules: [], defaultServe: { split } },
    );
    // No experiment may draw by an attribute: its flag is read all the same.
    if (attribute !== undefined) continue;
    const experiments = '/v1/projects/{project}/environments/{environment}/experiments';
    const body = { key, flagKey: key, baselineVariant: 'off', metrics: [{ key: 'walked', role: 'primary' as const }] };
    const made = await answered(shop.rest.POST(experiments, { params: inEnvironment, body }));
    const start = { path: { ...inEnvironment.path, experiment: key }, header: { 'If-Match': `"${made.version}"` } };
    await answered(shop.rest.POST(`${experiments}/{experiment}/start`, { params: start }));
  }
}

/** Everything that an application hears: lines of its SDK's log, and what hooks are told. */
export async function walkWithSdk(product: Product, shop: Shop): Promise<readonly string[]> {
  const heard: string[] = [];
  const line = (message: string, more?: unknown): void => void heard.push(`${message} ${JSON.stringify(more) ?? ''}`);
  const logger: SdkLogger = { debug: line, info: line, warn: line, error: line };
  const hook: Hook = {
    finally: ({ targetingKey, context }, details) => {
      const { privateAttributes: _names, ...shown } = context;
      line('hook', [targetingKey, shown, details]);
    },
  };
  const options = { url: product.url, syncUrl: product.syncUrl, sdkKey: shop.serverKey, logger, hooks: [hook] };
  const client = await Stitchd.init({ ...options, privateAttributes: ['email'] });
  for (const context of [...walkers.map(person), nameless]) {
    for (const flag of ['by-user', 'by-email', 'nobody-knows']) client.booleanDetails(flag, context, false);
    client.allFlags(context);
    client.track('purchase', context, { value: 1 });
    client.track('purchase', context);
    client.track('undefined-walk', context, { value: 2 });
    client.identify(context, { targetingKey: 'walk-9' });
    client.identify({ targetingKey: 'walk-9' }, context);
  }
  await client.flush();
  line('status', client.status());
  await client.close();
  return heard;
}

/** Asks as pages and remote clients do; the answers, as text. */
export async function walkRemotely(
  product: Product,
  keys: { readonly server: string; readonly client: string },
): Promise<readonly string[]> {
  const answers: string[] = [];
  const ask = async (path: string, key: string, body: string): Promise<void> => {
    const headers = { 'content-type': 'application/json', 'x-stitchd-sdk-key': key };
    const response = await fetch(`${product.url}${path}`, { method: 'POST', headers, body });
    answers.push(`${response.status} ${await response.text()}`);
  };
  for (const key of [keys.server, keys.client])
    for (const context of [...walkers.map(person), nameless]) {
      const text = JSON.stringify({ context });
      await ask('/v1/sdk/values', key, text);
      await ask('/ofrep/v1/evaluate/flags', key, text);
      for (const flag of ['by-user', 'by-email', 'nobody-knows']) await ask(`/ofrep/v1/evaluate/flags/${flag}`, key, text);
      // Cut off, and with a stray sign beside what is private: what is told of a wrong body tells nothing of what is in it.
      const stray = text.replace(`"${privateMark}`, `x"${privateMark}`);
      for (const path of ['/v1/sdk/values', '/ofrep/v1/evaluate/flags', '/v1/sdk/events'])
        for (const wrong of [text.slice(0, -3), stray]) await ask(path, key, wrong);
    }
  return answers;
}

/** Items with whole contexts where keys belong, as a careless sender makes them. */
export function carelessBatch(): Uint8Array {
  const head = () => ({ id: uuidv7(Date.now(), randomBytes(10)), at: Date.now() });
  const { device: _device, ...context } = person('walk-5');
  const items = [
    { type: 'event', ...head(), key: 'purchase', value: 1, context },
    { type: 'event', ...head(), key: 'purchase', value: `${privateMark}-value`, context: { user: 'walk-5' } },
    { type: 'event', ...head(), key: `${privateMark} key`, value: 1, context: { user: 'walk-5' } },
    {
      type: 'exposure',
      ...head(),
      flag: 'by-user',
      variant: 'on',
      context: { user: 'walk-5' },
      attributes: { plan: [`${privateMark}`] },
    },
    { type: `${privateMark}`, ...head(), context: { user: 'walk-5' } },
  ];
  return Buffer.from(JSON.stringify({ sentAt: Date.now(), items }));
}

/** What people are shown of it. */
export async function lookAtWalk(product: Product): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${product.token}` };
  const period = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 60_000).toISOString()}`;
  const paths = [
    '/context-attributes',
    '/flag-activity',
    '/flags/by-user/usage',
    `/rejections?${period}`,
    '/quarantine',
    '/quarantine/undefined-walk',
  ];
  const exports = ['events', 'exposures'].map((what) => `/export?what=${what}&format=jsonl&${period}`);
  return Promise.all(
    [...paths, ...exports].map(async (path) => (await fetch(`${product.url}${environmentPath}${path}`, { headers })).text()),
  );
}
