import { setTimeout as wait } from 'node:timers/promises';
import { processorSeconds, processTree } from '../items/process-tree.mjs';
import { sendAll } from './send-all.mjs';

/** @typedef {{ product: { url: string, pid: number }, shop: Awaited<ReturnType<typeof import('../items/product-processes.mjs').openShop>> }} Load */

/**
 * How many events a second the product accepts, while ClickHouse stands still.
 * @param {Load} load @param {Parameters<typeof sendAll>[1]} batches
 */
export async function accept(load, batches) {
  const engines = (await processTree(load.product.pid)).filter(({ command }) => command.includes('clickhouse-server'));
  for (const { pid } of engines) process.kill(pid, 'SIGSTOP');
  const beganCpu = await processorSeconds(load.product.pid);
  const beganMs = performance.now();
  try {
    const items = await sendAll(load, batches);
    const seconds = (performance.now() - beganMs) / 1_000;
    const cpuSeconds = (await processorSeconds(load.product.pid)) - beganCpu;
    return { perCpuSecond: items / cpuSeconds, perSecond: items / seconds };
  } finally {
    for (const { pid } of engines) process.kill(pid, 'SIGCONT');
    while ((await load.shop.counts(0, 1)).waiting > 0) await wait(20);
  }
}
