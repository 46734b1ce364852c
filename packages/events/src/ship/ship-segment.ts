import { eventStoreErrorOf, type EventStore, type EventStoreError } from '@stitchd/db/clickhouse';
import { rowsOf } from '../items/encoded-items.ts';
import { readSegment, type SegmentContent } from '../spool/segment.ts';
import type { SealedSegment, Spool } from '../spool/spool.ts';
import type { EventLog } from '../spool/item-sink.ts';
import { waitingIn, type WaitingCounts } from '../spool/waiting-counts.ts';
import { insertFrames } from './insert-frames.ts';

/** What became of a segment's items. */
export interface Shipped {
  /** Those that are in the event store. */
  readonly items: number;
  /** Those that the event store could not take, or that were acknowledged and can't be read any more, as far as they are known. */
  readonly quarantinedItems: number;
}

export type ShipOutcome =
  | ({ readonly kind: 'shipped' } & Shipped)
  /** The store can't work now: every segment has to wait. */
  | { readonly kind: 'store-failed'; readonly error: EventStoreError }
  /** The file can't be read; it is kept. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** The store works and refuses this segment's statement: others may go on. */
  | { readonly kind: 'refused'; readonly error: EventStoreError };

/**
 * Brings one closed segment into the event store and deletes it. The tokens come from the segment's name, so that doing it
 * again after a crash adds nothing. A file that can't be read to its end any more is not deleted: it goes into quarantine.
 */
export async function shipSegment(spool: Spool, store: EventStore, segment: SealedSegment, log: EventLog): Promise<ShipOutcome> {
  const reading = await readSegment(segment.file).catch((error: unknown) => ({ kind: 'failed', reason: String(error) }) as const);
  if (reading.kind !== 'segment')
    return { kind: 'unreadable', reason: reading.kind === 'failed' ? reading.reason : 'it is no segment of ours any more' };
  const { content } = reading;
  const failure = await tryInsert(() => insertFrames(store, content.frames, segment.name));
  let refusedItems = 0;
  if (failure?.kind === 'rows') {
    const apart = await shipApart(spool, store, segment, content, log);
    if (typeof apart !== 'number') return apart;
    refusedItems = apart;
  } else if (failure !== undefined) {
    return outcomeOf(failure);
  }
  const read = waitingIn(content.frames);
  const lost = segment.waiting.without(read);
  // Bytes that are missing may have held rows that are no items, which are not counted.
  const isDamaged = content.unreadBytes > 0 || lost.total > 0 || content.bytes < segment.bytes;
  if (isDamaged) await putAside(spool, segment, { content, lost }, log);
  else await spool.remove(segment);
  return { kind: 'shipped', items: read.total - refusedItems, quarantinedItems: refusedItems + lost.total };
}

async function putAside(
  spool: Spool,
  segment: SealedSegment,
  { content, lost }: { readonly content: SegmentContent; readonly lost: WaitingCounts },
  log: EventLog,
): Promise<void> {
  const file = await spool.putAside(segment);
  log.error(
    {
      file,
      unreadBytes: content.unreadBytes,
      missingBytes: Math.max(0, segment.bytes - content.bytes),
      lostItems: lost.total,
      lostByEnvironment: lost.byEnvironment(),
    },
    'a segment of the spool was damaged; what could be read is in the event store, and its file is in quarantine',
  );
}

/**
 * One bad batch must not hold up the others: each goes alone, and what can't be stored is put aside.
 * @returns how many items were; or what keeps the segment from being shipped
 */
async function shipApart(
  spool: Spool,
  store: EventStore,
  segment: SealedSegment,
  content: SegmentContent,
  log: EventLog,
): Promise<number | ShipOutcome> {
  let refusedItems = 0;
  for (const [index, frame] of content.frames.entries()) {
    const failure = await tryInsert(() => insertFrames(store, [frame], `${segment.name}:${index}`));
    if (failure === undefined) continue;
    if (failure.kind !== 'rows') return outcomeOf(failure);
    await spool.quarantine(segment, index, frame);
    refusedItems += rowsOf(frame);
    log.error(
      { segment: segment.name, index, environmentId: frame.environmentId, reason: failure.reason },
      'the event store can not take a batch; it was put into quarantine',
    );
  }
  return refusedItems;
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
