import { uuidv7 } from '@stitchd/core';

const randomBytesPerId = 10;

/** Makes UUIDv7 ids for given times. */
export function createIdSource(fillRandom: (bytes: Uint8Array<ArrayBuffer>) => void): (atMs: number) => string {
  /** Random bytes are drawn for many ids at once: a draw costs more than an id. */
  const pool = new Uint8Array(randomBytesPerId * 400);
  let next = pool.length;
  return (atMs) => {
    if (next + randomBytesPerId > pool.length) {
      fillRandom(pool);
      next = 0;
    }
    const random = pool.subarray(next, next + randomBytesPerId);
    next += randomBytesPerId;
    return uuidv7(atMs, random);
  };
}
