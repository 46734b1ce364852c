import { fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { median } from '../frame/median.mjs';
import { ask, startProduct } from './product.mjs';

/** @typedef {import('./product.mjs').Product} Product */

const keysPerCall = 100_000;
const inShop = '/v1/projects/shop/environments/development';
const megabyte = 1e6;

/** @param {number} count @param {number} first */
const members = (count, first) => Array.from({ length: count }, (_, index) => `member-${first + index}`);

/** A list, a flag for its members, and a server key for each of two environments, of which one has the list. @param {Product} product */
async function prepareShop(product) {
  await ask(product, 'POST', '/v1/projects', { key: 'shop', name: 'Shop' });
  await ask(product, 'POST', `${inShop}/segments`, { key: 'vip', type: 'list' });
  await ask(product, 'POST', '/v1/projects/shop/flags', { key: 'for-vip', name: 'For VIPs', type: 'boolean' });
  const rules = [{ id: 'in', when: { inSegment: 'vip' }, serve: { variant: 'on' } }];
  const document = { offVariant: 'off', prerequisites: [], targets: [], rules, defaultServe: { variant: 'off' } };
  await ask(product, 'PUT', `${inShop}/flags/for-vip/configuration`, { document }, '"1"');
  await ask(product, 'POST', `${inShop}/flags/for-vip/enabled`, { enabled: true }, '"2"');
  const key = async (/** @type {string} */ environment) =>
    (await ask(product, 'POST', `/v1/projects/shop/environments/${environment}/sdk-keys`, { name: 'bench', kind: 'server' }))
      .secret;
  return { listKey: await key('development'), otherKey: await key('production') };
}

/** @param {Product} product @param {string[]} add */
async function addKeys(product, add) {
  const started = performance.now();
  const { added } = await ask(product, 'POST', `${inShop}/segments/vip/keys`, { side: 'included', add });
  if (added !== add.length) throw new Error(`${added} of ${add.length} keys were added`);
  return performance.now() - started;
}

/** @param {Product} product @param {string} key */
async function startSdk({ url, syncUrl }, key) {
  const file = fileURLToPath(new URL('sdk-process.mjs', import.meta.url));
  const child = fork(file, [url, syncUrl, key], { execArgv: ['--expose-gc'] });
  const [{ readyMs, bytes }] = await once(child, 'message');
  return {
    readyMs,
    bytes,
    /** @param {object} message */
    async tell(message) {
      child.send(message);
      return (await once(child, 'message'))[0];
    },
    async end() {
      child.send({ end: true });
      await once(child, 'exit');
    },
  };
}

/** Counts the bytes of changes as they are written to a stream, after the first state. @param {Product} product @param {string} key */
async function startCounting({ url }, key) {
  const stopping = new AbortController();
  const response = await fetch(`${url}/v1/sdk/definitions/stream`, {
    headers: { 'x-stitchd-sdk-key': key },
    signal: stopping.signal,
  });
  let bytes = 0;
  const reading = (async () => {
    for await (const chunk of response.body ?? []) bytes += chunk.length;
  })().catch(() => undefined);
  return {
    async bytes() {
      // The stream is quiet when nothing came for a moment.
      for (let before = -1; before !== bytes; await new Promise((resolve) => setTimeout(resolve, 300))) before = bytes;
      return bytes;
    },
    async stop() {
      stopping.abort();
      await reading;
    },
  };
}

/** @param {Product} product @param {boolean} quick */
async function measure(product, quick) {
  const count = quick ? keysPerCall : 1_000_000;
  const { listKey, otherKey } = await prepareShop(product);
  const calls = [];
  for (let first = 0; first < count; first += keysPerCall) calls.push(await addKeys(product, members(keysPerCall, first)));
  const without = await startSdk(product, otherKey);
  await without.end();
  const sdk = await startSdk(product, listKey);
  const counter = await startCounting(product, listKey);
  const atFirst = await counter.bytes();
  const { ns } = await sdk.tell({ lookUp: count });

  const ones = [];
  for (let round = 0; round < (quick ? 3 : 15); round++) {
    const key = `one-more-${round}`;
    const seen = sdk.tell({ wait: key });
    const before = await counter.bytes();
    const startedAt = Date.now();
    await addKeys(product, [key]);
    ones.push({ ms: (await seen).seenAt - startedAt, bytes: (await counter.bytes()) - before });
  }
  const before = await counter.bytes();
  const more = members(keysPerCall, count);
  const seen = sdk.tell({ wait: more.at(-1) });
  const startedAt = Date.now();
  const manyCallMs = await addKeys(product, more);
  const many = { ms: (await seen).seenAt - startedAt, callMs: manyCallMs, bytes: (await counter.bytes()) - before };
  await counter.stop();
  await sdk.end();
  return {
    count,
    calls,
    atFirst,
    ns,
    ones,
    many,
    readyMs: sdk.readyMs,
    withoutMs: without.readyMs,
    bytes: sdk.bytes - without.bytes,
  };
}

export const benchmark = {
  name: 'segments',
  title: 'A list segment of a million keys',
  /** @param {{ quick: boolean }} options */
  async run({ quick }) {
    const product = await startProduct();
    try {
      const { count, calls, atFirst, ns, ones, many, ...sdk } = await measure(product, quick);
      const keys = count.toLocaleString('en-GB');
      const perMillion = sdk.bytes / megabyte / (count / 1_000_000);
      return {
        rows: [
          { measure: 'adding 100,000 keys over REST (median call)', ours: median(calls), unit: 'ms' },
          {
            measure: `SDK ready with ${keys} keys`,
            ours: sdk.readyMs,
            reference: sdk.withoutMs,
            referenceName: 'no list',
            unit: 'ms',
          },
          { measure: 'SDK memory per million keys', ours: perMillion, goal: '≤ 9 MB', met: perMillion <= 9, unit: 'MB' },
          { measure: `state as server-sent events, ${keys} keys`, ours: atFirst / megabyte, unit: 'MB' },
          { measure: 'one evaluation, half of them members', ours: ns, unit: 'ns' },
          { measure: '+1 key: REST call to SDK', ours: median(ones.map(({ ms }) => ms)), unit: 'ms' },
          { measure: '+1 key: bytes of the change', ours: median(ones.map(({ bytes }) => bytes)) / 1e3, unit: 'kB' },
          { measure: '+100,000 keys: REST call answered', ours: many.callMs, unit: 'ms' },
          { measure: '+100,000 keys: REST call to SDK', ours: many.ms, unit: 'ms' },
          { measure: '+100,000 keys: bytes of the change', ours: many.bytes / megabyte, unit: 'MB' },
        ],
        notes: [
          'The whole product in one process with its embedded stores, the SDK in another. Memory is heap and array buffers after garbage collection, less those of the same SDK in an environment without the list.',
        ],
      };
    } finally {
      await product.stop();
    }
  },
};
