// ClickHouse is away for an hour at a stated rate, as far as the disk can tell: then it comes back, and new items go on coming.
import { setTimeout as wait } from 'node:timers/promises';
import { createEventStore } from '../../packages/db/dist/clickhouse/index.js';
import { makeBatch } from '../items/batches.mjs';
import { startProcesses } from '../items/product-processes.mjs';
import { createSender } from '../items/send-batch.mjs';

const batchItems = 500;
const connections = 8;

/** Runs work while an engine stands still. @param {readonly number[]} pids @param {() => Promise<void>} work */
async function whileStopped(pids, work) {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await work();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

/** @param {{ quick: boolean }} options */
async function run({ quick }) {
  const itemsPerSecond = quick ? 200 : 2_000;
  const backlog = itemsPerSecond * 3_600;
  const product = await startProcesses({ STITCHD_EVENTS_SPOOL_MEBIBYTES: '4096' });
  const store = createEventStore({ url: product.clickhouseUrl, applicationName: 'bench' });
  const sender = createSender({ url: product.url, key: product.shop.key, connections });
  try {
    /** @param {number} count */
    const send = async (count) => {
      const { ids, body } = makeBatch(count, Date.now());
      for (;;) {
        const { status, text, retryAfterMs } = await sender.send(body);
        if (status === 202) return ids.at(-1) ?? '';
        if (status !== 429 && status !== 503) throw new Error(`${status}: ${text}`);
        await wait(Math.max(100, retryAfterMs));
      }
    };
    const pids = (await product.processes()).get('clickhouse') ?? [];
    const filledMs = performance.now();
    await whileStopped(pids, async () => {
      let left = Math.ceil(backlog / batchItems);
      await Promise.all(
        Array.from({ length: connections }, async () => {
          while (left-- > 0) await send(batchItems);
        }),
      );
    });
    console.log(`  ${backlog.toLocaleString('en')} items taken in ${((performance.now() - filledMs) / 1_000).toFixed(0)} s`);
    const waitingItems = async () =>
      Number(/^stitchd_events_spool_items\S* (\S+)$/m.exec(await product.metricsOf('event-service'))?.[1]);
    const waiting = await waitingItems();
    const beganMs = performance.now();
    /** @type {number[]} */
    const latencies = [];
    let isDrained = false;
    let sent = 0;
    const sending = (async () => {
      while (!isDrained) {
        const dueMs = beganMs + (sent / itemsPerSecond) * 1_000;
        await wait(Math.max(0, dueMs - performance.now()));
        const acceptedMs = performance.now();
        const id = await send(batchItems);
        sent += batchItems;
        if (sent % (batchItems * 4) === 0)
          void seen(store, product.shop.environmentId, id).then(() => latencies.push(performance.now() - acceptedMs));
      }
    })();
    // What came before is gone once no more waits than new items within two seconds.
    while ((await waitingItems()) > Math.max(itemsPerSecond * 2, batchItems)) await wait(200);
    const seconds = (performance.now() - beganMs) / 1_000;
    isDrained = true;
    await sending;
    while ((await waitingItems()) > 0) await wait(100);
    const { stored } = await product.shop.counts(Date.now() - 6 * 3_600_000, Date.now() + 60_000);
    if (stored !== Math.ceil(backlog / batchItems) * batchItems + sent)
      throw new Error(`${backlog} and ${sent} were taken, ${stored} are there`);
    const sorted = latencies.toSorted((one, other) => one - other);
    const at = (share) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) / 1_000;
    return {
      rows: [
        { measure: `${waiting.toLocaleString('en')} items that wait are stored`, ours: seconds, unit: 's' },
        { measure: 'the same, items a second', ours: waiting / seconds, unit: '/s' },
        { measure: 'a new item is seen meanwhile, median', ours: at(0.5), unit: 's' },
        { measure: 'a new item is seen meanwhile, 95 of 100', ours: at(0.95), unit: 's' },
      ],
      notes: [
        `An hour at ${itemsPerSecond.toLocaleString('en')} items a second, put on the disk as fast as it is taken while ClickHouse's process stands still; then new items at the same rate. Every item is counted once at the end. ${sorted.length} new items were looked for.`,
      ],
    };
  } finally {
    sender.close();
    await store.close();
    await product.stop();
  }
}

const madeHour = "toStartOfHour(UUIDv7ToDateTime(item_id, 'UTC'))";
const oneSql = `SELECT 1 AS one FROM event WHERE environment_id = {environmentId:UUID} AND event = 'purchase'
  AND ${madeHour} = toStartOfHour(UUIDv7ToDateTime({id:UUID}, 'UTC')) AND stored_at >= now() - INTERVAL 5 MINUTE AND item_id = {id:UUID} LIMIT 1`;

/** Waits until an item is among the events. */
async function seen(store, environmentId, id) {
  while ((await store.query({ environmentId, sql: oneSql, params: { id } })).length === 0) await wait(50);
}

export const benchmark = { name: 'catch-up', title: 'Catching up after ClickHouse was away', run };
