import path from 'node:path';
import { existsSync } from 'node:fs';
import type { EventStore } from '@stitchd/db/clickhouse';
import {
  createDirectSink,
  openSpool,
  startShipper,
  type EventLog,
  type ItemSink,
  type Shipper,
  type Spool,
} from '@stitchd/events';
import type { EventMetrics } from '../observe/event-metrics.ts';

/** The way of items from here to the event store. */
export interface ItemWay {
  readonly sink: ItemSink;
  /** Undefined where nothing is kept on disk. */
  readonly spool: Spool | undefined;
  readonly start: () => void;
  /** What the event store said last, while it fails. */
  readonly trouble: () => string | undefined;
  /** Ships what waits, for at most so long, and lets the spool go. */
  readonly stop: (withinMs: number, pollMs: number) => Promise<void>;
}

export interface ItemWayOptions {
  readonly acknowledge: 'spool' | 'clickhouse';
  readonly directory: string;
  readonly totalBytes: number;
  readonly store: EventStore;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly log: EventLog;
  readonly onShipped: EventMetrics['shipped'];
}

export async function openItemWay(options: ItemWayOptions): Promise<ItemWay> {
  const { acknowledge, directory, store, newId, nowMs, log, onShipped } = options;
  // A spool that was used before may still hold items, whatever is asked for now.
  const usesDisk = acknowledge === 'spool' || existsSync(path.join(directory, 'replicas'));
  const spool = usesDisk
    ? await openSpool({ directory, replicaId: newId(), nowMs, log, totalBytes: options.totalBytes })
    : undefined;
  const direct = (): ItemSink =>
    createDirectSink({
      store,
      newToken: newId,
      log,
      onStored: (items) => onShipped({ items, quarantinedItems: 0 }),
    });
  let shipper: Shipper | undefined;
  return {
    sink: acknowledge === 'spool' && spool !== undefined ? spool : direct(),
    spool,
    start() {
      if (spool !== undefined) shipper = startShipper({ spool, store, nowMs, log, onShipped });
    },
    trouble: () => shipper?.trouble(),
    async stop(withinMs, pollMs) {
      const deadline = nowMs() + withinMs;
      while (spool !== undefined && spool.state().waitingItems > 0 && shipper?.trouble() === undefined && nowMs() < deadline)
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      await shipper?.stop();
      await spool?.close();
    },
  };
}
