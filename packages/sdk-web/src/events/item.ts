import type { UsageItem } from '@stitchd/core';
import { webSdkVersion } from '../sdk-version.ts';

/** Whatever is sent. */
export type SentItem = Item | UsageItem;

/** An event or an exposure, as it is sent. */
export interface Item {
  readonly type: 'event' | 'exposure';
  /** A UUID, version 7, by which it counts once. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly context: Readonly<Record<string, string>>;
  readonly [more: string]: unknown;
}

/** An item that waits to be sent. */
export interface QueuedItem {
  readonly at: number;
  readonly json: string;
}

/** As many items as fit one batch; at least one. */
export function batchOf(
  queue: readonly QueuedItem[],
  most: { readonly items: number; readonly characters: number },
): readonly QueuedItem[] {
  let characters = 0;
  let length = 0;
  for (const { json } of queue) {
    characters += json.length + 1;
    if (length > 0 && (characters > most.characters || length >= most.items)) break;
    length++;
  }
  return queue.slice(0, length);
}

/** The body of a request. @param sentAtMs - of this attempt: by it the server corrects the clock */
export function bodyOf(batch: readonly QueuedItem[], sentAtMs: number): string {
  return `{"sentAt":${sentAtMs},"sdk":{"name":"stitchd-web","version":"${webSdkVersion}"},"items":[${batch.map(({ json }) => json).join(',')}]}`;
}
