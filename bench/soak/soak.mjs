import { setTimeout as wait } from 'node:timers/promises';
import { makeBatch } from '../items/batches.mjs';
import { memoryMebibytes } from '../items/process-tree.mjs';
import { createSender } from '../items/send-batch.mjs';

const batchItems = 100;
const connections = 8;
/** Batches that may wait for their answer; above it the product is slower than it is asked to be, and that is told. */
const mostUnderWay = 200;
const samplesPerMinute = 4;
/** Items are counted by so many minutes at once: five of 33,000 a second had no answer in time. */
const countedMinutes = 1;

/**
 * @param {import('../items/product-processes.mjs').ProductProcesses} product
 * @param {{ minutes: number, itemsPerSecond: number }} options
 */
export async function soak(product, { minutes, itemsPerSecond }) {
  const { shop } = product;
  const sender = createSender({ url: product.url, key: shop.key, connections });
  const beganMs = Date.now();
  const endMs = beganMs + minutes * 60_000;
  const state = { sent: 0, accepted: 0, refused: 0, underWay: 0, late: 0, latenciesMs: /** @type {number[]} */ ([]) };
  const sendOne = async () => {
    const atMs = Date.now();
    const { body } = makeBatch(batchItems, atMs);
    state.underWay++;
    state.sent += batchItems;
    const { status } = await sender.send(body);
    state.underWay--;
    if (status === 202) state.accepted += batchItems;
    else state.refused++;
    if (state.latenciesMs.length < 1_000_000) state.latenciesMs.push(Date.now() - atMs);
  };
  const load = async () => {
    for (;;) {
      const nowMs = Math.min(Date.now(), endMs);
      const due = ((nowMs - beganMs) / 1_000) * itemsPerSecond;
      while (state.sent < due && state.underWay < mostUnderWay) void sendOne();
      if (state.sent < due) state.late++;
      if (nowMs >= endMs && (state.sent >= due || state.underWay >= mostUnderWay)) return;
      await wait(5);
    }
  };
  const samples = await sampleWhile(load(), product, state, beganMs);
  while (state.underWay > 0 || (await patiently(() => shop.counts(0, 1))).waiting > 0) await wait(100);
  sender.close();
  const storedMs = Date.now() - endMs;
  let stored = 0;
  for (let fromMs = beganMs; fromMs < Date.now(); fromMs += countedMinutes * 60_000)
    stored += (await patiently(() => shop.counts(fromMs, fromMs + countedMinutes * 60_000))).stored;
  const { sent, accepted, refused, late, latenciesMs } = state;
  return {
    sent,
    accepted,
    refused,
    late,
    stored,
    lost: Math.max(0, accepted - stored),
    samples,
    latenciesMs,
    caughtUpMs: Math.max(0, storedMs),
  };
}

/**
 * Asks again where a loaded machine took too long to answer: an hour's figures are not to be lost with one answer.
 * @template T
 * @param {() => Promise<T>} question
 */
async function patiently(question) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await question();
    } catch (error) {
      if (attempt === 20) throw error;
      await wait(5_000);
    }
  }
}

/**
 * @param {Promise<void>} loading @param {import('../items/product-processes.mjs').ProductProcesses} product
 * @param {{ accepted: number }} state @param {number} beganMs
 */
async function sampleWhile(loading, product, state, beganMs) {
  /** @type {{ minute: number, accepted: number, waiting: number, memory: Map<string, number> }[]} */
  const samples = [];
  let isDone = false;
  const done = loading.then(() => void (isDone = true));
  while (!isDone) {
    await Promise.race([wait(60_000 / samplesPerMinute), done]);
    const memory = new Map();
    for (const [name, pids] of await product.processes())
      memory.set(
        name,
        (await Promise.all(pids.map(memoryMebibytes))).reduce((sum, size) => sum + size, 0),
      );
    const waiting = Number(
      /^stitchd_events_spool_items\{[^}]*\} (\S+)$/m.exec(await product.metricsOf('event-service'))?.[1] ?? 0,
    );
    const sample = { minute: (Date.now() - beganMs) / 60_000, accepted: state.accepted, waiting, memory };
    samples.push(sample);
    if (samples.length % samplesPerMinute === 0) console.log(describe(sample));
  }
  return samples;
}

/** @param {{ minute: number, accepted: number, waiting: number, memory: Map<string, number> }} sample */
function describe({ minute, accepted, waiting, memory }) {
  const sizes = [...memory].map(([name, size]) => `${name} ${size.toFixed(0)}`).join(', ');
  return `minute ${minute.toFixed(1)}: ${accepted} accepted, ${waiting} wait; MiB: ${sizes}`;
}
