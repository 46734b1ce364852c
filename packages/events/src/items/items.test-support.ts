import { randomBytes } from 'node:crypto';
import { uuidv7 } from '@stitchd/core';
import { encodeItems, type CheckedBatch } from './encode-items.ts';
import type { EncodedItems } from './encoded-items.ts';
import type { EventRule } from './item-rules.ts';
import { itemTimes } from './item-time.ts';
import { unknownSender, type Sender } from './sender.ts';

/** The moment at which the tests' batches arrive. */
export const arrivalMs = Date.UTC(2026, 4, 10, 12);
export const environmentId = '019e0000-0000-7000-8000-00000000000e';

const rule = (valueType: EventRule['valueType'], more: Partial<EventRule> = {}): EventRule => ({
  valueType,
  archived: false,
  requiredContexts: [],
  ...more,
});

export const definitions: ReadonlyMap<string, EventRule> = new Map([
  ['purchase', rule('double')],
  ['rating', rule('integer')],
  ['consent', rule('boolean')],
  ['signup', rule('none')],
  ['retired', rule('none', { archived: true })],
  ['invited', rule('none', { requiredContexts: ['user', 'org'] })],
  ['named', rule('none', { propertiesProblem: ({ name }) => (name === undefined ? 'properties/name is missing' : undefined) })],
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
  readonly quarantinePlaces?: number;
  readonly sdk?: Sender;
  readonly only?: 'exposure';
}

/** How many rows of a table a batch became. */
export function rowsIn({ sections }: Pick<EncodedItems, 'sections'>, table: string): number {
  return sections.find((section) => section.table === table)?.rows ?? 0;
}

/** The batch with other bytes as its rows of events. */
export function withEventBytes(items: EncodedItems, bytes: Uint8Array): EncodedItems {
  return { ...items, sections: items.sections.map((each) => (each.table === 'event' ? { ...each, bytes } : each)) };
}

export function encode(items: readonly unknown[], options: BatchOptions = {}): CheckedBatch {
  const arrival = options.arrivalMs ?? arrivalMs;
  return encodeItems(items, {
    environmentId: options.environmentId ?? environmentId,
    unpackedBytes: options.unpackedBytes ?? Buffer.byteLength(JSON.stringify(items)),
    sdk: options.sdk ?? unknownSender,
    rules: {
      times: itemTimes(arrival, options.sentAtMs ?? arrival, options.backfillDays ?? 0),
      eventRuleOf: (key) => definitions.get(key),
      quarantinePlaces: options.quarantinePlaces ?? 0,
      ...(options.only && { only: options.only }),
    },
  });
}
