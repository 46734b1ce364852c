import { backoffMs } from '../backoff.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import { runEvery, sleep } from '../background-timer.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { QueuedItem, SentItem } from './item.ts';
import { sendBatch, type SendOptions, type SendOutcome } from './send-batch.ts';

/** Why items were never sent. */
export const dropReasons = ['queueFull', 'itemTooLarge', 'noJson', 'invalid', 'privateUnit', 'refused', 'closed'] as const;

/**
 * - `queueFull`: as many as may wait were waiting
 * - `itemTooLarge`: above `sdkLimits.maxItemBytes`
 * - `noJson`: cycles or BigInt in an event's properties
 * - `invalid`: `track` was called with what can not be an event
 * - `privateUnit`: the unit of the exposure, or every key of the event, is private
 * - `refused`: the server refused the whole batch
 * - `closed`: the client was closed
 */
export type DropReason = (typeof dropReasons)[number];

/** What became of the items so far. */
export interface EventCounts {
  /** Waiting to be sent, those on their way included. */
  readonly queued: number;
  readonly accepted: number;
  /** Of the accepted ones, those that the server keeps aside because nobody has defined their event. */
  readonly quarantined: number;
  /** Refused one by one by the server, by problem code. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Never sent, all reasons together. */
  readonly dropped: number;
  readonly droppedBy: Readonly<Record<DropReason, number>>;
}

export interface EventQueue {
  /** Answers false where the item was dropped. Never throws, never waits. */
  readonly add: (item: SentItem) => boolean;
  /** Counts an item that could not become one, and says why, once for each reason. */
  readonly drop: (reason: DropReason, message: string) => void;
  /** Resolves when everything that was queued before is sent, or after `timeoutMs`; answers whether all was. */
  readonly flush: (timeoutMs?: number) => Promise<boolean>;
  /** The same for as long as an application that ends should wait: less where nothing but summaries of usage waits. */
  readonly finish: () => Promise<boolean>;
  readonly counts: () => EventCounts;
  /** Whether the last attempt to send failed, so that what is added only waits. */
  readonly isFailing: () => boolean;
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
  let quarantined = 0;
  const droppedBy = Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as Record<DropReason, number>;
  let sending: Promise<void> | undefined;
  let failing = false;
  let closed = false;
  const stopPause = new AbortController();

  const drop = (reason: DropReason, message: string, count = 1): void => {
    if (droppedBy[reason] === 0) options.logger.warn(`events are being dropped: ${message}`);
    droppedBy[reason] += count;
  };
  const settle = (batch: readonly QueuedItem[], outcome: Exclude<SendOutcome, { kind: 'try-again' }>): void => {
    if (outcome.kind === 'accepted') {
      accepted += outcome.accepted;
      const [undefinedEvent] = outcome.quarantined;
      if (quarantined === 0 && undefinedEvent !== undefined)
        options.logger.warn(`the server keeps events aside until they are defined, such as ${undefinedEvent.eventKey}`);
      quarantined += outcome.quarantined.length;
      for (const { code, message } of outcome.rejected) {
        if (!rejected.has(code)) options.logger.warn(`the server refuses items with ${code}: ${message}`);
        rejected.set(code, (rejected.get(code) ?? 0) + 1);
      }
    } else drop('refused', outcome.reason, batch.length);
  };
  const drain = async (): Promise<void> => {
    for (let attempt = 0; queue.length > 0 && !closed;) {
      const batch = queue.slice(0, batchLength(queue));
      const outcome = await sendBatch(batch, options);
      failing = outcome.kind === 'try-again';
      if (outcome.kind === 'try-again') {
        if (attempt === 0) options.logger.warn(`events wait to be sent: ${outcome.reason}`);
        const pauseMs = outcome.afterMs ?? backoffMs(attempt, sdkLimits.retryMs, options.platform.random);
        attempt++;
        await sleep(pauseMs, stopPause.signal);
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

  const flush = async (timeoutMs?: number): Promise<boolean> => {
    const all = (async () => {
      while (queue.length > 0 && !closed) await startSending();
    })();
    await (timeoutMs === undefined ? keptAlive(all) : atMost(all, timeoutMs));
    return queue.length === 0;
  };

  return {
    add(item) {
      const queued = encode(item);
      if (closed) drop('closed', 'the client is closed');
      else if (queued === undefined) drop('noJson', 'properties hold what is no JSON, such as a cycle or a BigInt');
      else if (queued.bytes > sdkLimits.maxItemBytes) drop('itemTooLarge', `an item is above ${sdkLimits.maxItemBytes} bytes`);
      else if (queue.length >= options.maxQueuedItems) drop('queueFull', `${options.maxQueuedItems} are waiting`);
      else {
        queue.push(queued);
        if (queue.length >= sdkLimits.maxBatchItems) void startSending();
        return true;
      }
      return false;
    },
    drop: (reason, message) => drop(reason, message),
    flush,
    finish: () => flush(queue.every(({ isUsage }) => isUsage) ? sdkLimits.closeUsageTimeoutMs : sdkLimits.closeTimeoutMs),
    counts: () => ({
      queued: queue.length,
      accepted,
      quarantined,
      rejected: Object.fromEntries(rejected),
      dropped: Object.values(droppedBy).reduce((sum, count) => sum + count, 0),
      droppedBy: { ...droppedBy },
    }),
    isFailing: () => failing,
    close() {
      closed = true;
      stopFlushing();
      stopPause.abort();
    },
  };
}

function encode(item: SentItem): QueuedItem | undefined {
  try {
    const json = JSON.stringify(item);
    return { json, bytes: utf8.encode(json).length, isUsage: item.type === 'usage' };
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

/** Waits for `work` and keeps the process alive meanwhile: the pauses between attempts do not, and it would end in one of them. */
async function keptAlive(work: Promise<void>): Promise<void> {
  const timer = setInterval(() => undefined, sdkLimits.closeTimeoutMs);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
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
