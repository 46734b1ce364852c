import { backoffMs, sleep } from '../backoff.ts';
import type { Platform } from '../platform/platform.ts';
import { failureOfResponse, post, type Failure, type Gateway } from '../values/ask-gateway.ts';
import { webLimits } from '../web-limits.ts';
import type { WebLogger } from '../web-logger.ts';
import { batchOf, bodyOf, type QueuedItem, type SentItem } from './item.ts';
import type { KeptQueue } from './kept-queue.ts';

/** What became of the items of this page so far. */
export interface EventCounts {
  /** Waiting to be sent, those on their way included. */
  readonly queued: number;
  readonly accepted: number;
  /** Refused one by one by the server, by problem code. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Never sent: no consent, the queue was full, the item too large or no JSON, or the server refused the whole batch. */
  readonly dropped: number;
}

/** Collects items, keeps them over the end of the page, and sends them in the background in their order. */
export interface EventQueue {
  /** Answers false where the item was dropped. Never throws, never waits. */
  readonly add: (item: SentItem) => boolean;
  /** Counts an item that was never made. */
  readonly drop: (why: string) => void;
  /** Resolves when everything queued so far is sent, or after `timeoutMs`; answers whether it was. */
  readonly flush: (timeoutMs: number) => Promise<boolean>;
  readonly counts: () => EventCounts;
  /** Takes over what earlier pages left, and sends it. */
  readonly adopt: () => void;
  /** Forgets everything that waits. */
  readonly clear: () => void;
  /** Sends what it can at once, in requests that outlive the page, and keeps all of it in case they don't. */
  readonly leave: () => void;
  readonly close: () => void;
}

type Sent = Failure | { readonly kind: 'accepted' };

interface Answer {
  readonly accepted?: number;
  readonly rejected?: readonly { readonly code?: string; readonly message?: string }[];
  readonly quarantined?: readonly { readonly eventKey?: string }[];
}

export function createEventQueue(options: {
  readonly platform: Platform;
  readonly gateway: Gateway;
  readonly kept: KeptQueue;
  readonly flushIntervalMs: number;
  readonly logger: WebLogger;
}): EventQueue {
  const { platform, kept, logger } = options;
  let queue: QueuedItem[] = [];
  let characters = 0;
  const rejected = new Map<string, number>();
  let isAsideTold = false;
  let accepted = 0;
  let dropped = 0;
  let sending: Promise<void> | undefined;
  let isClosed = false;
  let flushing: ReturnType<typeof setTimeout> | undefined;
  let storing: ReturnType<typeof setTimeout> | undefined;
  let waiting = new AbortController();
  const stopOnline = platform.onOnline(() => waiting.abort());

  const drop = (count: number, why: string): void => {
    if (dropped === 0) logger.warn(`events are being dropped: ${why}`);
    dropped += count;
  };
  const store = (): void => {
    clearTimeout(storing);
    storing = undefined;
    kept.save(queue);
  };
  const storeSoon = (): void => {
    storing ??= setTimeout(store, webLimits.storeDelayMs);
  };
  const setQueue = (next: QueuedItem[]): void => {
    queue = next;
    characters = next.reduce((sum, { json }) => sum + json.length, 0);
    storeSoon();
  };

  function settle(batch: readonly QueuedItem[], answer: Answer): void {
    accepted += answer.accepted ?? batch.length;
    const [unheard] = answer.quarantined ?? [];
    if (unheard && !isAsideTold) logger.warn(`events are kept aside until they are defined, such as ${unheard.eventKey}`);
    isAsideTold ||= unheard !== undefined;
    for (const { code = 'unknown', message } of answer.rejected ?? []) {
      if (!rejected.has(code)) logger.warn(`the server refuses items with ${code}: ${message ?? ''}`);
      rejected.set(code, (rejected.get(code) ?? 0) + 1);
    }
  }

  async function send(batch: readonly QueuedItem[], keepalive: boolean): Promise<Sent> {
    try {
      const signal = AbortSignal.timeout(webLimits.requestTimeoutMs);
      const body = bodyOf(batch, platform.nowMs());
      const response = await post(platform.fetch, options.gateway, '/v1/sdk/events', body, { signal, keepalive });
      if (!response.ok) return await failureOfResponse(response);
      settle(batch, (await response.json().catch(() => ({}))) as Answer);
      return { kind: 'accepted' };
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message : 'no answer' };
    }
  }

  /** Takes out what is settled; what was cleared meanwhile is out already. */
  const remove = (batch: readonly QueuedItem[]): void => setQueue(queue.filter((item) => !batch.includes(item)));

  async function drain(): Promise<void> {
    for (let failures = 0; queue.length > 0 && !isClosed;) {
      const batch = batchOf(queue, { items: webLimits.maxBatchItems, characters: webLimits.maxBatchCharacters });
      const outcome = await send(batch, false);
      if (outcome.kind !== 'failed') {
        failures = 0;
        if (outcome.kind === 'refused') drop(batch.length, outcome.reason);
        remove(batch);
        continue;
      }
      waiting = new AbortController();
      await sleep((outcome.afterMs ?? 0) + backoffMs(failures++, platform.random), waiting.signal);
    }
  }
  const startSending = (): Promise<void> => {
    clearTimeout(flushing);
    flushing = undefined;
    sending ??= drain().finally(() => {
      sending = undefined;
    });
    return sending;
  };
  const sendSoon = (): void => {
    flushing ??= setTimeout(() => void startSending(), options.flushIntervalMs);
  };

  return {
    add(item) {
      const json = encoded(item);
      if (json === undefined || json.length > webLimits.maxItemCharacters) {
        drop(1, `an item is no JSON, or above ${webLimits.maxItemCharacters} characters`);
        return false;
      }
      if (isClosed || queue.length >= webLimits.maxQueuedItems || characters + json.length > webLimits.maxQueuedCharacters) {
        drop(1, isClosed ? 'the client is closed' : 'too many are waiting');
        return false;
      }
      queue.push({ at: item.at, json });
      characters += json.length;
      storeSoon();
      sendSoon();
      return true;
    },
    drop: (why) => drop(1, why),
    async flush(timeoutMs) {
      const stop = new AbortController();
      const all = (async () => {
        while (queue.length > 0 && !isClosed && !stop.signal.aborted) await startSending();
      })();
      await Promise.race([all, sleep(timeoutMs, stop.signal)]);
      stop.abort();
      return queue.length === 0;
    },
    counts: () => ({ queued: queue.length, accepted, rejected: Object.fromEntries(rejected), dropped }),
    adopt() {
      const found = kept.adopt(platform.nowMs());
      if (found.length === 0) return;
      setQueue([...found, ...queue].slice(0, webLimits.maxQueuedItems));
      sendSoon();
    },
    clear: () => setQueue([]),
    leave() {
      store();
      if (queue.length === 0 || isClosed) return;
      const batch = batchOf(queue, { items: webLimits.maxBatchItems, characters: webLimits.maxLastBatchCharacters });
      void send(batch, true).then((outcome) => {
        if (outcome.kind === 'accepted') remove(batch);
      });
    },
    close() {
      isClosed = true;
      clearTimeout(flushing);
      store();
      waiting.abort();
      stopOnline();
    },
  };
}

function encoded(item: SentItem): string | undefined {
  try {
    return JSON.stringify(item);
  } catch {
    // Cycles and BigInt in properties are no JSON.
    return undefined;
  }
}
