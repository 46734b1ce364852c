// What every runtime has to do with the published SDK: <runtime> smoke-program.mjs <folder of the package> <facts as JSON>
const [folder, facts] = process.argv.slice(2);
const { url, syncUrl, storageDirectory } = JSON.parse(facts);
const { Stitchd } = await import(`${folder}/dist/index.js`);
const { Stitchd: EdgeStitchd } = await import(`${folder}/dist/edge.js`);

/** @param {string} name @param {unknown} actual @param {unknown} expected */
function expectEqual(name, actual, expected) {
  if (JSON.stringify(actual) !== JSON.stringify(expected))
    throw new Error(`${name}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

const user = { targetingKey: 'u-42' };
const shared = { url, sdkKey: 'stsk_smoke', waitUntilReadyMs: 20_000 };
/** @type {ReadonlyMap<string, () => Promise<import('@stitchd/sdk').StitchdClient>>} */
const starts = new Map([
  ['stream', () => Stitchd.init({ ...shared, syncUrl, mode: 'stream', storageDirectory })],
  ['sse', () => Stitchd.init({ ...shared, mode: 'sse' })],
  ['poll', () => Stitchd.init({ ...shared, mode: 'poll' })],
  ['disk', () => Stitchd.init({ sdkKey: 'stsk_smoke', offline: true, storageDirectory })],
  ['edge by sse', () => EdgeStitchd.init({ ...shared, mode: 'sse' })],
  ['edge by poll', () => EdgeStitchd.init({ ...shared, mode: 'poll' })],
]);
for (const [name, start] of starts) {
  const client = await start();
  expectEqual(name, [client.boolean('bool', user, false), client.status().source], [true, name.replace('edge by ', '')]);
  expectEqual(`${name}, details`, client.booleanDetails('nowhere', user, true).errorCode, 'FLAG_NOT_FOUND');
  if (name !== 'disk') {
    expectEqual(`${name}, track`, client.track('purchase', user, { value: 1 }), true);
    expectEqual(`${name}, flush`, await client.flush(10_000), true);
    expectEqual(`${name}, sent`, client.status().events.accepted, 1);
  }
  await client.close();
  console.log(`  ${name}`);
}
// A program that forgets to close its client has to end all the same.
await Stitchd.init({ ...shared, syncUrl, mode: 'stream' });
