import type { EventQueue } from '../events/event-queue.ts';
import { dropReasons, type DropReason } from '../events/event-queue.ts';
import type { SentItem } from '../events/item.ts';

/** Keeps what would be sent. */
export interface RecordingQueue extends EventQueue {
  readonly items: () => readonly SentItem[];
  readonly clear: () => void;
}

export function createRecordingQueue(): RecordingQueue {
  let items: SentItem[] = [];
  const droppedBy = Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as Record<DropReason, number>;
  return {
    add(item) {
      items.push(item);
      return true;
    },
    drop(reason) {
      droppedBy[reason]++;
    },
    flush: () => Promise.resolve(true),
    finish: () => Promise.resolve(true),
    counts: () => ({
      queued: items.length,
      accepted: 0,
      quarantined: 0,
      rejected: {},
      dropped: Object.values(droppedBy).reduce((sum, count) => sum + count, 0),
      droppedBy: { ...droppedBy },
    }),
    isFailing: () => false,
    close: () => undefined,
    items: () => [...items],
    clear() {
      items = [];
    },
  };
}
