import { gzipSync } from 'node:zlib';
import { makeBatch } from '../items/batches.mjs';

/** Bodies as SDKs send them, made before anything is timed. @param {number} count @param {number} items */
export function packBatches(count, items) {
  const nowMs = Date.now();
  return Array.from({ length: count }, () => {
    const { body, ids } = makeBatch(items, nowMs);
    return { packed: gzipSync(body), body, items: ids.length };
  });
}
