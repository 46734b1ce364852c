import { createHash } from 'node:crypto';
import type { EventStore } from '@stitchd/db/clickhouse';
import type { EventRule } from '../items/item-rules.ts';
import { keptEventProblem, type KeptEvent } from './kept-event.ts';

export interface Replayed {
  /** Among the events now. */
  readonly events: number;
  /** Still aside, for they don't fit. */
  readonly unfit: number;
}

/**
 * Puts events of the quarantine that fit their definition among the events, and writes beside the others why they don't. Their
 * ids stay what they were, so that whatever is done twice, after a crash or by two at a time, counts once: a copy of an item is
 * dropped when it is read.
 * @throws EventStoreFailure; the same again then does what is left
 */
export async function replayEvents(
  store: EventStore,
  environmentId: string,
  kept: readonly KeptEvent[],
  options: { readonly rule: EventRule; readonly nowMs: number },
): Promise<Replayed> {
  const looked = kept.map((event) => ({ event, problem: keptEventProblem(options.rule, event) ?? '' }));
  const fit = looked.filter(({ problem }) => problem === '').map(({ event }) => event);
  if (fit.length > 0)
    await store.insertRows(
      'event',
      fit.map((event) => eventRow(environmentId, event)),
      { token: `replay:${nameOf(environmentId, fit)}` },
    );
  // What was said before needs no other row.
  const marks = looked
    .filter(({ event, problem }) => problem === '' || problem !== event.problem)
    .map(({ event, problem }) => markRow(environmentId, event, problem, options.nowMs));
  if (marks.length > 0)
    await store.insertRows('quarantined_event', marks, { token: `decided:${options.nowMs}:${nameOf(environmentId, kept)}` });
  return { events: fit.length, unfit: kept.length - fit.length };
}

/** Times as JSON numbers are what the column holds: milliseconds. */
function eventRow(environmentId: string, kept: KeptEvent) {
  return {
    environment_id: environmentId,
    item_id: kept.id,
    at: kept.atMs,
    skew_ms: kept.skewMs,
    accepted_at: kept.acceptedAtMs,
    units: kept.units,
    sdk: kept.sdk,
    sdk_version: kept.sdkVersion,
    event: kept.event,
    value: kept.value,
    properties: kept.properties,
  };
}

function markRow(environmentId: string, kept: KeptEvent, problem: string, nowMs: number) {
  const isReplayed = problem === '';
  return {
    ...eventRow(environmentId, kept),
    value_kind: kept.valueKind,
    // What is among the events needs no second place.
    properties: isReplayed ? '' : kept.properties,
    state: isReplayed ? 2 : 1,
    problem,
    decided_at: nowMs,
  };
}

/** The same for the same events, always. */
function nameOf(environmentId: string, events: readonly KeptEvent[]): string {
  const hash = createHash('sha256');
  for (const { id } of events) hash.update(id);
  return `${environmentId}:${hash.digest('hex')}`;
}
