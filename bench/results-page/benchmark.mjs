// How long somebody waits for the results of an experiment: each request of the page by itself, and all of them.
import { setTimeout as wait } from 'node:timers/promises';
import { quantile } from '../frame/quantile.mjs';
import { renderTable } from '../frame/render-section.mjs';
import { startProduct } from '../propagation/product.mjs';
import { timed } from '../results/fill.mjs';
import { makeLargeExperiment, unitsOfLook } from './large-experiment.mjs';
import { metricPageOf, openBrowser, pageOf } from './page.mjs';

/** @typedef {import('./page.mjs').Shown} Shown */
/** @typedef {{ readonly times: readonly number[], readonly bytes: number }} Measured */

const goalMs = 50;
const patienceMs = 120_000;
/** @type {Shown} */
const demo = {
  scope: 'demo/environments/development',
  experiment: 'checkout-button-colour',
  metrics: ['purchase-rate', 'checkout-rate', 'revenue-per-visitor'],
};

/** The results of a page that shows what it should; times of others mean nothing. */
async function checkedResults(browser, shown, looks) {
  const place = `/v1/projects/${shown.scope}/experiments/${shown.experiment}/results`;
  const read = async (path) => JSON.parse((await browser.get(path)).text);
  let answer = await read(place);
  for (const deadline = Date.now() + patienceMs; answer.lastJob?.state !== 'succeeded'; answer = await read(place)) {
    if (Date.now() > deadline) throw new Error(`${shown.experiment} has no results: ${JSON.stringify(answer.lastJob)}`);
    await wait(100);
  }
  const computed = answer.results.metrics.filter(({ kind }) => kind !== 'failed').map(({ key }) => key);
  const missing = shown.metrics.filter((key) => !computed.includes(key));
  if (missing.length > 0) throw new Error(`${shown.experiment} has no figures of ${missing.join(', ')}`);
  const { dimensions } = await read(`${place}/dimensions`);
  const { items } = await read(`${place}/series?metric=${shown.metrics[0]}`);
  if (dimensions.length === 0 || items.length < looks)
    throw new Error(`${shown.experiment} has ${dimensions.length} dimensions and ${items.length} looks`);
}

/**
 * Each request alone, one after the other; requests of one name take turns.
 * @returns {Promise<ReadonlyMap<string, Measured>>}
 */
async function measureRequests(browser, shown, rounds) {
  const measured = new Map();
  const requests = [...pageOf(shown).flat(), ...metricPageOf(shown)];
  for (const name of new Set(requests.map((request) => request.name))) {
    const same = requests.filter((request) => request.name === name);
    const ask = (round) => browser.get(same[round % same.length].path);
    for (let round = 0; round < Math.ceil(rounds / 10); round++) await ask(round);
    const times = [];
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      const { ms, text } = await ask(round);
      times.push(ms);
      bytes = Math.max(bytes, Buffer.byteLength(text));
    }
    measured.set(name, { times, bytes });
  }
  return measured;
}

/** All requests of the experiment's page, over as many connections as a browser has. */
async function measurePages(browser, shown, rounds) {
  const times = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now();
    bytes = 0;
    for (const together of pageOf(shown))
      for (const { text } of await Promise.all(together.map(({ path }) => browser.get(path)))) bytes += Buffer.byteLength(text);
    times.push(performance.now() - startedMs);
  }
  return { times, bytes };
}

const row = (measure, ours, goal) => ({
  measure,
  ours,
  unit: 'ms',
  ...(goal !== undefined && { goal: `≤ ${goal} ms`, met: ours <= goal }),
});

/** @param {string} title @param {Measured} measured @param {number} [goal] of the median and of nineteen in twenty */
const rowsOf = (title, { times }, goal) => [
  row(`${title}, median`, quantile(times, 0.5), goal),
  row(`${title}, p95`, quantile(times, 0.95), goal),
];

/** What has no goal. @param {readonly (readonly [string, Measured])[]} measured */
function answersTable(measured) {
  const cells = measured.map(([name, { times, bytes }]) => [name, quantile(times, 1).toFixed(1), (bytes / 1_024).toFixed(1)]);
  return renderTable([['answer', 'most, ms', 'KiB'], ...cells]);
}

/**
 * @param {ReturnType<typeof openBrowser>} browser @param {string} title of the experiment in the table
 * @param {Shown} shown @param {number} rounds
 */
async function measureExperiment(browser, title, shown, rounds) {
  const each = [...(await measureRequests(browser, shown, rounds))].map(([name, measured]) => [`${title}: ${name}`, measured]);
  const name = `${title}: the page, all ${pageOf(shown).flat().length} requests`;
  const whole = await measurePages(browser, shown, rounds);
  return {
    rows: [...each.flatMap(([request, measured]) => rowsOf(request, measured, goalMs)), ...rowsOf(name, whole)],
    answers: [...each, [name, whole]],
  };
}

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = {
  name: 'results-page',
  title: "The page of an experiment's results",
  async run({ quick }) {
    const rounds = quick ? 20 : 200;
    const size = quick ? { units: 2_000, looks: 3 } : { units: 20_000, looks: 100 };
    const product = await startProduct({ hasDemo: true });
    const browser = openBrowser(product);
    try {
      const { result: large } = await timed('the large experiment made', () => makeLargeExperiment(product, size));
      await checkedResults(browser, demo, 1);
      await checkedResults(browser, large, size.looks);
      const parts = [
        await measureExperiment(browser, 'demo', demo, rounds),
        await measureExperiment(browser, 'large', large, rounds),
      ];
      return {
        rows: parts.flatMap(({ rows }) => rows),
        notes: [
          `${rounds} requests of each kind, one after the other over REST to the whole product in one process, after a tenth as many that are not counted; until the last byte of an answer has come. The page's are asked for as a browser does: each when what it depends on is there, over six connections. Dimensions are of the page of a metric.`,
          `The demo has ${demo.metrics.length} metrics and two arms. The large experiment has ${large.metrics.length} metrics, three arms, three dimensions, ${(size.units + size.looks * unitsOfLook).toLocaleString('en')} units and ${size.looks} looks; all of it was sent and computed by the product.`,
          answersTable(parts.flatMap(({ answers }) => answers)),
        ],
      };
    } finally {
      browser.close();
      await product.stop();
    }
  },
};
