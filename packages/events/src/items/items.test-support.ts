import { randomBytes } from 'node:crypto';
import { uuidv7 } from '@stitchd/core';
import { encodeItems, type CheckedBatch } from './encode-items.ts';
import { itemTimes } from './item-time.ts';
import type { EventValueType } from './item.ts';

/** The moment at which the tests' batches arrive. */
export const arrivalMs = Date.UTC(2026, 4, 10, 12);
export const environmentId = '019e0000-0000-7000-8000-00000000000e';

export const definitions: ReadonlyMap<string, EventValueType> = new Map([
  ['purchase', 'number'],
  ['signup', 'none'],
]);

export function newItemId(atMs: number): string {
  return uuidv7(atMs, randomBytes(10));
}

export function purchase(more: Readonly<Record<string, unknown>> = {}, atMs = arrivalMs) {
  return { type: 'event', id: newItemId(atMs), at: atMs, key: 'purchase', value: 1, context: { user: 'u-1' }, ...more };
}

export function exposed(more: Readonly<Record<string, unknown>> = {}, atMs = arrivalMs) {
  return { type: 'exposure', id: newItemId(atMs), at: atMs, flag: 'checkout', variant: 'on', context: { user: 'u-1' }, ...more };
}

export interface BatchOptions {
  readonly environmentId?: string;
  readonly arrivalMs?: number;
  readonly sentAtMs?: number;
  readonly backfillDays?: number;
  readonly unpackedBytes?: number;
}

export function encode(items: readonly unknown[], options: BatchOptions = {}): CheckedBatch {
  const arrival = options.arrivalMs ?? arrivalMs;
  return encodeItems(items, {
    environmentId: options.environmentId ?? environmentId,
    unpackedBytes: options.unpackedBytes ?? Buffer.byteLength(JSON.stringify(items)),
    rules: {
      times: itemTimes(arrival, options.sentAtMs ?? arrival, options.backfillDays ?? 0),
      valueTypeOf: (key) => definitions.get(key),
    },
  });
}
