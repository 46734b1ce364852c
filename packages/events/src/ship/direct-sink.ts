import { eventStoreErrorOf, type EventStore } from '@stitchd/db/clickhouse';
import { bytesOf, rowsOf, type EncodedItems } from '../items/encoded-items.ts';
import type { AppendOutcome, EventLog, ItemSink } from '../spool/item-sink.ts';
import { insertFrames } from './insert-frames.ts';
import { shipLimits } from './ship-limits.ts';

interface Waiting {
  readonly items: EncodedItems;
  readonly bytes: number;
  readonly resolve: (outcome: AppendOutcome) => void;
}

/**
 * Acknowledges a batch when it is in the event store, for hosts without a disk that lasts. Batches that come during an
 * insert share the next one; nothing is kept for later, so that senders are told when the store is down.
 */
export function createDirectSink(options: {
  readonly store: EventStore;
  readonly newToken: () => string;
  readonly log: EventLog;
  readonly onStored: (items: number) => void;
}): ItemSink {
  const queue: Waiting[] = [];
  let waitingBytes = 0;
  let working = false;

  const insertGroup = async (group: readonly Waiting[]): Promise<readonly AppendOutcome[]> => {
    const outcome = await insertTogether(group);
    if (outcome !== 'rows') return group.map(() => outcome);
    // Of several, one spoils it for the others.
    if (group.length === 1) return ['failed'];
    const outcomes: AppendOutcome[] = [];
    for (const one of group) outcomes.push(...(await insertGroup([one])));
    return outcomes;
  };

  const insertTogether = async (group: readonly Waiting[]): Promise<AppendOutcome | 'rows'> => {
    try {
      const frames = group.map(({ items }) => items);
      await insertFrames(options.store, frames, options.newToken());
      options.onStored(frames.reduce((sum, frame) => sum + rowsOf(frame), 0));
      return 'stored';
    } catch (error) {
      const failure = eventStoreErrorOf(error);
      options.log.error({ err: error }, 'the event store did not take a batch');
      return failure?.kind === 'rows' ? 'rows' : 'failed';
    }
  };

  const work = async (): Promise<void> => {
    working = true;
    while (queue.length > 0) {
      const group = takeGroup(queue);
      const outcomes = await insertGroup(group);
      group.forEach(({ bytes, resolve }, index) => {
        waitingBytes -= bytes;
        resolve(outcomes[index] ?? 'failed');
      });
    }
    working = false;
  };

  return {
    append(items) {
      const bytes = bytesOf(items);
      if (waitingBytes + bytes > shipLimits.directWaitingBytes) return Promise.resolve('full');
      waitingBytes += bytes;
      return new Promise((resolve) => {
        queue.push({ items, bytes, resolve });
        if (!working) void work();
      });
    },
  };
}

/** As many batches as one insert takes, at least one. */
function takeGroup(queue: Waiting[]): readonly Waiting[] {
  let bytes = 0;
  let count = 0;
  do {
    bytes += queue[count]?.bytes ?? 0;
    count++;
  } while (count < queue.length && bytes < shipLimits.directInsertBytes);
  return queue.splice(0, count);
}
