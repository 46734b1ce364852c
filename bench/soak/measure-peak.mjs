import { setTimeout as wait } from 'node:timers/promises';
import { makeBatch } from '../items/batches.mjs';
import { createSender } from '../items/send-batch.mjs';

const connections = 8;
const batchItems = 100;

/**
 * As many items as the product takes in a while, over the time until the last of them is in the event store.
 * @param {import('../items/product-processes.mjs').ProductProcesses} product @param {number} forMs
 */
export async function measurePeak(product, forMs) {
  const { shop } = product;
  const sender = createSender({ url: product.url, key: shop.key, connections });
  const beganMs = Date.now();
  let accepted = 0;
  const loop = async () => {
    while (Date.now() - beganMs < forMs) {
      const { body } = makeBatch(batchItems, Date.now());
      const { status } = await sender.send(body);
      if (status === 202) accepted += batchItems;
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  const acceptedMs = Date.now() - beganMs;
  while ((await shop.counts(0, 1)).waiting > 0) await wait(50);
  const storedMs = Date.now() - beganMs;
  sender.close();
  const { stored } = await shop.counts(beganMs - 1, Date.now() + 1);
  if (stored !== accepted) throw new Error(`${accepted} items were accepted and ${stored} are there`);
  return { acceptedPerSecond: (accepted / acceptedMs) * 1_000, itemsPerSecond: (accepted / storedMs) * 1_000 };
}
