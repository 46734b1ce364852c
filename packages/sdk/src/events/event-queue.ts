import { backoffMs } from '../backoff.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import { runEvery, sleep } from '../background-timer.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { EventItem, ExposureItem, QueuedItem } from './item.ts';
import { sendBatch, type SendOptions } from './send-batch.ts';

/** What became of the items so far. */
export interface EventCounts {
  /** Waiting to be sent, those on their way included. */
  readonly queued: number;
  readonly accepted: number;
  /** Refused one by one by the server, by problem code. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Never sent: the queue was full, the item too large, or the server refused the whole batch. */
  readonly dropped: number;
}

export interface EventQueue {
  /** Answers false where the item was dropped. Never throws, never waits. */
  readonly add: (item: EventItem | ExposureItem) => boolean;
  /** Resolves when everything that was queued before is sent, or after `timeoutMs`; answers whether all was. */
  readonly flush: (timeoutMs?: number) => Promise<boolean>;
  readonly counts: () => EventCounts;
  /** Ends the background work; what is still queued stays unsent. */
  readonly close: () => void;
}

export interface EventQueueOptions extends SendOptions {
  readonly maxQueuedItems: number;
  readonly flushIntervalMs: number;
  readonly logger: SdkLogger;
}

const utf8 = new TextEncoder();

/** Collects items and sends them in the background, one batch at a time, in their order. */
export function createEventQueue(options: EventQueueOptions): EventQueue {
  const queue: QueuedItem[] = [];
  const rejected = new Map<string, number>();
  let accepted = 0;
  let dropped = 0;
  let sending: Promise<void> | undefined;
  let closed = false;
  const stopPause = new AbortController();

  const drop = (count: number, reason: string): void => {
    if (dropped === 0) options.logger.warn(`events are being dropped: ${reason}`);
    dropped += count;
  };
  const settle = (batch: readonly QueuedItem[], outcome: Awaited<ReturnType<typeof sendBatch>>): void => {
    if (outcome.kind === 'accepted') {
      accepted += outcome.accepted;
      for (const { code, message } of outcome.rejected) {
        if (!rejected.has(code)) options.logger.warn(`the server refuses items with ${code}: ${message}`);
        rejected.set(code, (rejected.get(code) ?? 0) + 1);
      }
    } else drop(batch.length, outcome.kind === 'refused' ? outcome.reason : 'the client was closed');
  };
  const drain = async (): Promise<void> => {
    for (let attempt = 0; queue.length > 0 && !closed;) {
      const batch = queue.slice(0, batchLength(queue));
      const outcome = await sendBatch(batch, options);
      if (outcome.kind === 'try-again') {
        if (attempt === 0) options.logger.warn(`events wait to be sent: ${outcome.reason}`);
        await sleep(outcome.afterMs ?? backoffMs(attempt++, sdkLimits.retryMs, options.platform.random), stopPause.signal);
        continue;
      }
      attempt = 0;
      queue.splice(0, batch.length);
      settle(batch, outcome);
    }
  };
  const startSending = (): Promise<void> => {
    sending ??= drain().finally(() => {
      sending = undefined;
    });
    return sending;
  };
  const stopFlushing = runEvery(options.flushIntervalMs, () => void startSending());

  return {
    add(item) {
      const queued = encode(item);
      if (closed || queued === undefined || queue.length >= options.maxQueuedItems) {
        drop(
          1,
          closed
            ? 'the client is closed'
            : queued === undefined
              ? 'an item is too large or is no JSON'
              : `${options.maxQueuedItems} are waiting`,
        );
        return false;
      }
      queue.push(queued);
      if (queue.length >= sdkLimits.maxBatchItems) void startSending();
      return true;
    },
    async flush(timeoutMs) {
      const all = (async () => {
        while (queue.length > 0 && !closed) await startSending();
      })();
      await (timeoutMs === undefined ? all : atMost(all, timeoutMs));
      return queue.length === 0;
    },
    counts: () => ({ queued: queue.length, accepted, rejected: Object.fromEntries(rejected), dropped }),
    close() {
      closed = true;
      stopFlushing();
      stopPause.abort();
    },
  };
}

function encode(item: EventItem | ExposureItem): QueuedItem | undefined {
  try {
    const json = JSON.stringify(item);
    const bytes = utf8.encode(json).length;
    return bytes > sdkLimits.maxItemBytes ? undefined : { json, bytes };
  } catch {
    // Cycles and BigInt in properties are no JSON.
    return undefined;
  }
}

/** As many items as fit one batch; at least one. */
function batchLength(queue: readonly QueuedItem[]): number {
  let bytes = 0;
  let length = 0;
  for (const item of queue) {
    bytes += item.bytes + 1;
    if (length > 0 && bytes > sdkLimits.maxBatchBytes) break;
    length++;
    if (length === sdkLimits.maxBatchItems) break;
  }
  return length;
}

/** Waits for `work`, but no longer; keeps the process alive meanwhile, so that what is being flushed can end. */
function atMost(work: Promise<void>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void work.finally(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
