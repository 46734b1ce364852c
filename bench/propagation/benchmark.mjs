import { connect } from 'node:http2';
import { Stitchd } from '@stitchd/sdk';
import { quantile } from '../frame/quantile.mjs';
import { startProduct } from './product.mjs';

/** @typedef {Awaited<ReturnType<typeof startProduct>>} Product */
/** @typedef {import('@stitchd/sdk').StitchdClient} Client */

const otherStreams = 99;
const environment = '/v1/projects/bench/environments/development';
const flag = `${environment}/flags/checkout`;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const patienceMs = 30_000;

/** Streams of other SDKs, which get each change too. @param {Product} product @param {string} key */
function openOtherStreams(product, key) {
  const session = connect(product.syncUrl);
  for (let at = 0; at < otherStreams; at++) {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/stitchd.sync.v1.FlagSync/SyncDefinitions',
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-stitchd-sdk-key': key,
    });
    stream.end(Buffer.alloc(5));
    stream.resume();
  }
  return session;
}

/** Resolves at the moment at which something holds, looked at after each change. @param {Client} client @param {() => boolean} holds */
function whenChanged(client, holds) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the change did not arrive')), patienceMs);
    const off = client.onChange(() => {
      if (!holds()) return;
      clearTimeout(timer);
      off();
      resolve(performance.now());
    });
  });
}

/**
 * Switches a flag by REST and takes the time until this process evaluates it so.
 *
 * @param {Product} product
 * @param {Client} client
 * @param {number} rounds
 */
async function measureChanges(product, client, rounds) {
  const arrivals = [];
  const answers = [];
  for (let round = 0; round < rounds; round++) {
    const { version } = await product.ask('GET', `${flag}/configuration`);
    const enabled = !client.boolean('checkout', {}, false);
    const arrived = whenChanged(client, () => client.boolean('checkout', {}, !enabled) === enabled);
    const startedMs = performance.now();
    const answered = product
      .ask('POST', `${flag}/enabled`, { enabled }, { 'if-match': `"${version}"` })
      .then(() => performance.now());
    // Together, so that a write that is refused ends the measurement and the product with it.
    const [arrivedMs, answeredMs] = await Promise.all([arrived, answered]);
    arrivals.push(arrivedMs - startedMs);
    answers.push(answeredMs - startedMs);
  }
  return { arrivals, answers };
}

/** The time from revoking a key until its SDK is told. @param {Product} product @param {number} rounds */
async function measureRevocations(product, rounds) {
  const taken = [];
  for (let round = 0; round < rounds; round++) {
    const { secret, key } = await product.ask('POST', `${environment}/sdk-keys`, { name: `r${round}`, kind: 'server' });
    const session = connect(product.syncUrl);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/stitchd.sync.v1.FlagSync/SyncDefinitions',
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-stitchd-sdk-key': secret,
    });
    stream.end(Buffer.alloc(5));
    await new Promise((resolve) => stream.once('data', resolve));
    const ended = new Promise((resolve) => {
      stream.once('trailers', (trailers) => resolve({ trailers, atMs: performance.now() }));
    });
    stream.resume();
    const startedMs = performance.now();
    await product.ask('POST', `${environment}/sdk-keys/${key.id}/revoke`);
    const { trailers, atMs } = await ended;
    if (trailers['stitchd-problem-code'] !== 'KEY_REVOKED') throw new Error('the stream ended for another reason');
    taken.push(atMs - startedMs);
    session.destroy();
  }
  return taken;
}

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = {
  name: 'propagation',
  title: 'Propagation: from an admin write over REST to the SDK in an application',
  async run({ quick }) {
    const product = await startProduct();
    try {
      await product.ask('POST', '/v1/projects', { key: 'bench', name: 'Bench' });
      await product.ask('POST', '/v1/projects/bench/flags', { key: 'checkout', name: 'Checkout', type: 'boolean' });
      const { secret } = await product.ask('POST', `${environment}/sdk-keys`, { name: 'bench', kind: 'server' });
      const session = openOtherStreams(product, secret);
      const client = await Stitchd.init({ url: product.url, syncUrl: product.syncUrl, sdkKey: secret, logger: silent });
      await measureChanges(product, client, 20);
      const { arrivals, answers } = await measureChanges(product, client, quick ? 50 : 500);
      const revocations = await measureRevocations(product, quick ? 5 : 50);
      await client.close();
      session.destroy();
      const rows = [0.5, 0.99].map((share) => ({
        measure: `write begins → evaluated so, ${otherStreams + 1} streams, p${share * 100}`,
        ours: quantile(arrivals, share),
        reference: quantile(answers, share),
        referenceName: "the write's own answer",
        ratio: quantile(answers, share) / quantile(arrivals, share),
        ...(share === 0.99 && { goal: '≤ 50 ms', met: quantile(arrivals, share) <= 50 }),
        unit: 'ms',
      }));
      const last = quantile(revocations, 1);
      rows.push({
        measure: 'key revoked over REST → its stream is ended, slowest',
        ours: last,
        goal: '≤ 1,000 ms',
        met: last <= 1_000,
        unit: 'ms',
      });
      return {
        rows,
        notes: [
          'The whole product runs together in one process, with its stores; the SDK and the other streams are in the process that writes. A time begins before the request is sent and ends when the SDK answers the new value.',
        ],
      };
    } finally {
      await product.stop();
    }
  },
};
