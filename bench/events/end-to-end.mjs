import { setTimeout as wait } from 'node:timers/promises';
import { sendAll } from './send-all.mjs';

/**
 * Events a second from the first one sent to the last one in ClickHouse.
 * @param {import('./accept.mjs').Load} load @param {Parameters<typeof sendAll>[1]} batches
 */
export async function endToEnd(load, batches) {
  const fromMs = Date.now() - 3_600_000;
  const before = (await load.shop.counts(fromMs, Date.now() + 3_600_000)).stored;
  const beganMs = performance.now();
  const items = await sendAll(load, batches);
  while ((await load.shop.counts(0, 1)).waiting > 0) await wait(10);
  const seconds = (performance.now() - beganMs) / 1_000;
  const { stored } = await load.shop.counts(fromMs, Date.now() + 3_600_000);
  if (stored - before !== items) throw new Error(`${items} were accepted and ${stored - before} are there`);
  return items / seconds;
}
