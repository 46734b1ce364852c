import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(1 << 16);
let at = pool.length;

/** A UUIDv7 of now; made here, since the load must cost less than what it loads. @param {number} nowMs */
export function newId(nowMs) {
  if (at + 10 > pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  const time = nowMs.toString(16).padStart(12, '0');
  const chance = pool.toString('hex', at, at + 10);
  at += 10;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-${'89ab'[Number.parseInt(chance[3] ?? '0', 16) & 3]}${chance.slice(4, 7)}-${chance.slice(7, 19)}`;
}

/** What SDKs send: about 200 bytes each, of ten thousand users. @param {number} count @param {number} nowMs */
export function makeBatch(count, nowMs) {
  const ids = [];
  const items = [];
  for (let index = 0; index < count; index++) {
    const id = newId(nowMs);
    ids.push(id);
    const user = `user-${(Number.parseInt(id.slice(-6), 16) % 10_000).toString().padStart(27, '0')}`;
    items.push({
      type: 'event',
      id,
      at: nowMs,
      key: 'purchase',
      value: (index % 1_000) / 10,
      context: { user },
      properties: { currency: 'EUR', items: index % 7 },
    });
  }
  return { ids, body: Buffer.from(JSON.stringify({ sentAt: nowMs, items, sdk: { name: 'load', version: '1' } })) };
}
