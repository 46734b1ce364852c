import { setTimeout as wait } from 'node:timers/promises';
import { makeBatch } from '../items/batches.mjs';
import { createSender } from '../items/send-batch.mjs';

const senders = 4;
const batchItems = 50;
/** So that a hundred kills become hundreds of thousands of items, not millions. */
const pauseMs = 20;
const retryMs = 50;

/**
 * Sends batches without end, each again until it is acknowledged, as SDKs do.
 * @param {import('../items/product-processes.mjs').ProductProcesses} product
 */
export function startSenders(product) {
  const { send, close } = createSender({ url: product.url, key: product.shop.key, connections: senders });
  /** @type {Set<string>} */
  const accepted = new Set();
  const counts = { batches: 0, attempts: 0, unanswered: 0, refused: 0, repeated: 0 };
  let isStopping = false;
  /** @type {unknown} */
  let failure;

  /** @param {{ ids: readonly string[], body: Buffer }} batch */
  async function sendUntilAccepted({ ids, body }) {
    for (;;) {
      counts.attempts++;
      const { status, text } = await send(body);
      if (status === 202) {
        const answer = JSON.parse(text);
        if (answer.accepted !== ids.length) throw new Error(`of a right batch ${answer.accepted} items were accepted: ${text}`);
        counts.batches++;
        counts.repeated += answer.repeatedItems;
        for (const id of ids) accepted.add(id);
        return;
      }
      if (status === 0) counts.unanswered++;
      else if (status === 503 || status === 429 || status === 504) counts.refused++;
      else throw new Error(`a right batch was answered ${status}: ${text}`);
      await wait(retryMs);
    }
  }

  async function loop() {
    while (!isStopping) {
      await sendUntilAccepted(makeBatch(batchItems, Date.now()));
      await wait(pauseMs);
    }
  }
  const running = Promise.all(Array.from({ length: senders }, loop)).catch((error) => (failure = error));
  return {
    accepted,
    counts,
    /** Throws where a sender got an answer that none may get. */
    check() {
      if (failure !== undefined) throw failure;
    },
    /** Whatever is under way is sent until it is accepted. */
    async stop() {
      isStopping = true;
      await running;
      close();
      this.check();
    },
  };
}
