// One start of the published SDK: node --expose-gc client-process.mjs <module> <options as JSON>; without a module, of nothing.
const [module, options] = process.argv.slice(2);
const startedMs = performance.now();
const startedCpu = process.cpuUsage();
let importMs = 0;
let initMs = 0;
let answer;
/** Held, so that nothing of it is collected. @type {unknown} */
let client;
if (module !== undefined && options !== undefined) {
  const { Stitchd } = await import(module);
  importMs = performance.now() - startedMs;
  const made = await Stitchd.init(JSON.parse(options));
  answer = made.boolean('bool', { targetingKey: 'u-42' }, false);
  initMs = performance.now() - startedMs - importMs;
  answer = `${made.status().source} ${answer}`;
  client = made;
}
const { user, system } = process.cpuUsage(startedCpu);
const cpuMs = (user + system) / 1_000;
globalThis.gc?.();
globalThis.gc?.();
const { rss, heapUsed, external } = process.memoryUsage();
process.stdout.write(
  JSON.stringify({ importMs, initMs, cpuMs, rss, heap: heapUsed + external, answer, held: client !== undefined }),
  () => process.exit(0),
);
