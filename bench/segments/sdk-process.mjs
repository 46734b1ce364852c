import { performance } from 'node:perf_hooks';
import { Stitchd } from '@stitchd/sdk';

// An application with the SDK, in a process of its own: `node --expose-gc sdk-process.mjs <url> <syncUrl> <key>`.
const [url = '', syncUrl = '', sdkKey = ''] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function heldBytes() {
  for (let round = 0; round < 3; round++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const before = heldBytes();
const started = performance.now();
const client = await Stitchd.init({ url, syncUrl, sdkKey, logger: silent, events: false, waitUntilReadyMs: 60_000 });
const readyMs = performance.now() - started;
await new Promise((resolve) => setTimeout(resolve, 500));
const bytes = heldBytes() - before;

/** @param {string} targetingKey */
const isMember = (targetingKey) => client.boolean('for-vip', { targetingKey }, false);

/** How long one evaluation takes, half of them for members. @param {number} keys */
function lookUpNs(keys) {
  const contexts = Array.from({ length: 10_000 }, (_, index) => ({
    targetingKey: `member-${index % 2 === 0 ? Math.floor((index * keys) / 10_000) : keys * 2 + index}`,
  }));
  let members = 0;
  let best = Infinity;
  for (let round = 0; round < 30; round++) {
    const from = performance.now();
    for (const context of contexts) if (client.boolean('for-vip', context, false)) members++;
    best = Math.min(best, ((performance.now() - from) * 1e6) / contexts.length);
  }
  if (members !== 30 * 5_000) throw new Error(`a list of ${keys} keys answers wrongly: ${members / 30} of 10,000 are members`);
  return best;
}

process.on('message', async (/** @type {{ wait?: string, lookUp?: number, end?: true }} */ { wait, lookUp, end }) => {
  if (wait !== undefined) {
    while (!isMember(wait)) await new Promise((resolve) => setImmediate(resolve));
    process.send?.({ seenAt: Date.now() });
  }
  if (lookUp !== undefined) process.send?.({ ns: lookUpNs(lookUp) });
  if (end) {
    await client.close();
    process.disconnect();
  }
});
process.send?.({ readyMs, bytes });
