// Times one provider behind the SDK of OpenFeature: node --expose-gc --max-semi-space-size=256 provider-process.mjs <name> <calls>
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createTestClient } from '../../packages/sdk/dist/index.js';
import { StitchdProvider } from '../../packages/openfeature-server/dist/index.js';

// The instance that the provider itself imports.
const found = createRequire(new URL('../../packages/openfeature-server/package.json', import.meta.url));
const { OpenFeature } = /** @type {typeof import('@openfeature/server-sdk')} */ (
  await import(pathToFileURL(found.resolve('@openfeature/server-sdk')).href)
);

const answer = { value: true, variant: 'on', reason: 'STATIC', flagMetadata: { flagRevision: 1 } };

/** The least that a provider can do: the same answer for everything. */
const trivial = {
  metadata: { name: 'trivial' },
  runsOn: 'server',
  resolveBooleanEvaluation: async () => answer,
  resolveStringEvaluation: async () => answer,
  resolveNumberEvaluation: async () => answer,
  resolveObjectEvaluation: async () => answer,
};

const context = { targetingKey: 'u-42', plan: 'pro', country: 'NZ' };
const [, , name = '', calls = '0'] = process.argv;
const client = createTestClient({ flags: { release: true } });
await OpenFeature.setProviderAndWait(/** @type {any} */ (name === 'trivial' ? trivial : new StitchdProvider(client)));
const asked = OpenFeature.getClient();

/** @param {number} count */
async function ask(count) {
  let on = 0;
  for (let call = 0; call < count; call++) if (await asked.getBooleanValue('release', false, context)) on++;
  if (on !== count) throw new Error(`${name} answered true ${on} times of ${count}`);
}

const count = Number(calls);
await ask(count);
const startedMs = performance.now();
await ask(count);
const nanoseconds = ((performance.now() - startedMs) * 1e6) / count;
global.gc?.();
const before = process.memoryUsage().heapUsed;
const few = 2_000;
await ask(few);
const bytes = (process.memoryUsage().heapUsed - before) / few;
console.log(JSON.stringify({ nanoseconds, bytes }));
