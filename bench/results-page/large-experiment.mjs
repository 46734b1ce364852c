// An experiment as large as one may be, by the ways that everybody has: its items are sent and its results computed, look after look.
import { setTimeout as wait } from 'node:timers/promises';
import { newId } from '../items/batches.mjs';
import { openShop } from '../items/product-processes.mjs';
import { createSender } from '../items/send-batch.mjs';

/** @typedef {Awaited<ReturnType<typeof import('../propagation/product.mjs').startProduct>>} Product */

const arms = ['old', 'new', 'newer'];
const dimensions = { country: 12, plan: 4, platform: 3 };
const events = ['purchase', 'visit', 'search', 'signup', 'refund'];
const hourMs = 3_600_000;
/** Below the window of an ordinary key. */
const daysBack = 6;
const batchItems = 1_000;
const patienceMs = 300_000;
/** New units before each look. */
export const unitsOfLook = 50;
const project = '/v1/projects/shop';

/** Four of each event: as many metrics as an experiment may have. */
const metrics = events.flatMap((event) =>
  [
    { type: 'conversion', event },
    { type: 'count', event },
    { type: 'sum', event, cap: { kind: 'quantile', level: 0.99 } },
    { type: 'ratio', numerator: { type: 'sum', event }, denominator: { type: 'count', event } },
  ].map((definition) => ({ key: `${event}-${definition.type}`, definition: { ...definition, windowHours: 24 } })),
);

/**
 * @param {Product} product
 * @param {{ readonly units: number, readonly looks: number }} size
 */
export async function makeLargeExperiment(product, { units, looks }) {
  const { key } = await openShop(product.url, product.token);
  const startedMs = Date.now();
  const iterationId = await startExperiment(product, startedMs);
  const sender = createSender({ url: product.url, key, connections: 2 });
  try {
    await sendUnits(sender, iterationId, { from: 0, to: units, startedMs });
    await waitUntilStored(product, startedMs);
    // A look without anything new would be one all the same; with some it costs what it does in an hour of a product that is used.
    for (let look = 0; look < looks; look++) {
      const from = units + look * unitsOfLook;
      await sendUnits(sender, iterationId, { from, to: from + unitsOfLook, startedMs });
      await computeOnce(product);
    }
  } finally {
    sender.close();
  }
  return { scope: 'shop/environments/development', experiment: 'large', metrics: metrics.map(({ key: name }) => name) };
}

/** @param {Product} product @param {number} nowMs */
async function startExperiment(product, nowMs) {
  for (const event of events.filter((name) => name !== 'purchase'))
    await product.ask('POST', `${project}/events`, { key: event, name: event, valueType: 'double' });
  for (const { key, definition } of metrics) await product.ask('POST', `${project}/metrics`, { key, name: key, definition });
  await product.ask('POST', `${project}/flags`, {
    key: 'large',
    name: 'Large',
    type: 'string',
    variants: arms.map((arm) => ({ key: arm, value: arm })),
  });
  const experiments = `${project}/environments/development/experiments`;
  const { version } = await product.ask('POST', experiments, {
    key: 'large',
    name: 'Large',
    flagKey: 'large',
    assignment: 'recorded',
    baselineVariant: arms[0],
    arms: arms.map((variant, place) => ({ variant, expectedMilliPercent: place === 0 ? 33_334 : 33_333 })),
    metrics: metrics.map(({ key }, place) => ({
      key,
      role: place === 0 ? 'primary' : place < 4 ? 'guardrail' : 'secondary',
    })),
    plan: { minimumEffect: 0.05, plannedUnits: 100_000 },
    analysis: { dimensions: Object.keys(dimensions) },
    periodFrom: new Date(nowMs - daysBack * 24 * hourMs).toISOString(),
  });
  const started = await product.ask('POST', `${experiments}/large/start`, undefined, { 'if-match': `"${version}"` });
  return String(started.iterationId);
}

/** Everything of a unit follows from its number. @param {number} unit @param {number} salt */
function chance(unit, salt) {
  const mixed = Math.imul(unit + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  return (Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) >>> 0) / 2 ** 32;
}

/** @param {number} unit @param {string} iterationId @param {number} startedMs */
function itemsOf(unit, iterationId, startedMs) {
  const at = startedMs - Math.floor((0.1 + 0.89 * chance(unit, 0)) * daysBack * 24 * hourMs);
  const arm = Math.floor(chance(unit, 1) * arms.length);
  const context = { user: `user-${unit}` };
  const attributes = Object.fromEntries(
    Object.entries(dimensions).map(([name, values], place) => [name, `${name}-${Math.floor(chance(unit, 2 + place) * values)}`]),
  );
  const did = events.flatMap((key, place) => {
    if (chance(unit, 10 + place) > 0.4 + 0.01 * arm) return [];
    const afterMs = Math.floor(chance(unit, 20 + place) * 12 * hourMs);
    const value = Math.round(chance(unit, 30 + place) * 10_000) / 100;
    return [{ type: 'event', id: newId(at + afterMs), at: at + afterMs, key, value, context }];
  });
  const variant = arms[arm];
  return [{ type: 'exposure', id: newId(at), at, flag: 'large', variant, iterationId, context, attributes }, ...did];
}

/**
 * @param {ReturnType<typeof createSender>} sender
 * @param {string} iterationId
 * @param {{ readonly from: number, readonly to: number, readonly startedMs: number }} units
 */
async function sendUnits(sender, iterationId, { from, to, startedMs }) {
  for (let unit = from, items = []; unit < to; unit++) {
    items.push(...itemsOf(unit, iterationId, startedMs));
    if (items.length < batchItems - 1 - events.length && unit < to - 1) continue;
    const body = Buffer.from(JSON.stringify({ sentAt: Date.now(), items, sdk: { name: 'bench', version: '1' } }));
    const { status, text } = await sender.send(body);
    if (status !== 202 || JSON.parse(text).accepted !== items.length) throw new Error(`items were refused: ${status} ${text}`);
    items = [];
  }
}

/** @param {Product} product @param {number} startedMs */
async function waitUntilStored(product, startedMs) {
  const from = new Date(startedMs - (daysBack + 1) * 24 * hourMs).toISOString();
  const counts = `${project}/environments/development/item-counts?from=${from}&to=${new Date(startedMs + hourMs).toISOString()}`;
  for (const deadline = Date.now() + patienceMs; Number((await product.ask('GET', counts)).waiting) > 0; await wait(200))
    if (Date.now() > deadline) throw new Error('the items were not stored');
}

/** @param {Product} product */
async function computeOnce(product) {
  const environment = `${project}/environments/development`;
  let job = await product.ask('POST', `${environment}/experiments/large/results/recompute`);
  for (const deadline = Date.now() + patienceMs; ['waiting', 'running'].includes(job.state); await wait(50)) {
    if (Date.now() > deadline) throw new Error('the results were not computed');
    job = await product.ask('GET', `${environment}/jobs/${job.id}`);
  }
  if (job.state !== 'succeeded') throw new Error(`${job.state}: ${job.errorCode} ${job.errorMessage}`);
}
