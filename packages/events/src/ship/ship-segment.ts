import { eventStoreErrorOf, type EventStore, type EventStoreError } from '@stitchd/db/clickhouse';
import { rowsOf } from '../items/encoded-items.ts';
import { readSegment, type SegmentContent } from '../spool/segment.ts';
import type { SealedSegment, Spool } from '../spool/spool.ts';
import type { EventLog } from '../spool/item-sink.ts';
import { insertFrames } from './insert-frames.ts';

export type ShipOutcome =
  | { readonly kind: 'shipped'; readonly items: number; readonly quarantinedItems: number }
  /** The store can't work now: every segment has to wait. */
  | { readonly kind: 'store-failed'; readonly error: EventStoreError }
  /** The file can't be read; it is kept. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** The store works and refuses this segment's statement: others may go on. */
  | { readonly kind: 'refused'; readonly error: EventStoreError };

/**
 * Brings one closed segment into the event store and deletes it. The tokens come from the segment's name, so that doing it
 * again after a crash adds nothing.
 */
export async function shipSegment(spool: Spool, store: EventStore, segment: SealedSegment, log: EventLog): Promise<ShipOutcome> {
  const reading = await readSegment(segment.file).catch((error: unknown) => ({ kind: 'failed', reason: String(error) }) as const);
  if (reading.kind !== 'segment')
    return { kind: 'unreadable', reason: reading.kind === 'failed' ? reading.reason : 'it is no segment of ours any more' };
  const failure = await tryInsert(() => insertFrames(store, reading.content.frames, segment.name));
  let quarantinedItems = 0;
  if (failure?.kind === 'rows') {
    const apart = await shipApart(spool, store, segment, reading.content, log);
    if (apart.kind !== 'shipped') return apart;
    quarantinedItems = apart.quarantinedItems;
  } else if (failure !== undefined) {
    return outcomeOf(failure);
  }
  await spool.remove(segment);
  return { kind: 'shipped', items: segment.waiting.total - quarantinedItems, quarantinedItems };
}

/** One bad batch must not hold up the others: each goes alone, and what can't be stored is put aside. */
async function shipApart(
  spool: Spool,
  store: EventStore,
  segment: SealedSegment,
  content: SegmentContent,
  log: EventLog,
): Promise<ShipOutcome> {
  let quarantinedItems = 0;
  for (const [index, frame] of content.frames.entries()) {
    const failure = await tryInsert(() => insertFrames(store, [frame], `${segment.name}:${index}`));
    if (failure === undefined) continue;
    if (failure.kind !== 'rows') return outcomeOf(failure);
    await spool.quarantine(segment, index, frame);
    quarantinedItems += rowsOf(frame);
    log.error(
      { segment: segment.name, index, environmentId: frame.environmentId, reason: failure.reason },
      'the event store can not take a batch; it was put into quarantine',
    );
  }
  return { kind: 'shipped', items: segment.waiting.total - quarantinedItems, quarantinedItems };
}

async function tryInsert(insert: () => Promise<void>): Promise<EventStoreError | undefined> {
  try {
    await insert();
    return undefined;
  } catch (error) {
    const failure = eventStoreErrorOf(error);
    if (failure === undefined) throw error;
    return failure;
  }
}

function outcomeOf(error: EventStoreError): ShipOutcome {
  return error.kind === 'query' || error.kind === 'rows' ? { kind: 'refused', error } : { kind: 'store-failed', error };
}
