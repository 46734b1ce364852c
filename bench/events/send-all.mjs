import { createSender } from '../items/send-batch.mjs';

const connections = 16;

/**
 * Sends bodies over some connections, each the next one as soon as it has its answer.
 * @param {{ product: { url: string }, shop: { key: string } }} load
 * @param {readonly { packed: Uint8Array, items: number }[]} batches
 * @returns {Promise<number>} accepted items
 */
export async function sendAll({ product, shop }, batches) {
  const sender = createSender({ url: product.url, key: shop.key, connections });
  let next = 0;
  let accepted = 0;
  const loop = async () => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      const { status, text } = await sender.send(batch.packed, 'gzip');
      if (status !== 202) throw new Error(`answered ${status}: ${text}`);
      accepted += Number(JSON.parse(text).accepted);
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  sender.close();
  const expected = batches.reduce((sum, { items }) => sum + items, 0);
  if (accepted !== expected) throw new Error(`${accepted} of ${expected} items were accepted`);
  return accepted;
}
