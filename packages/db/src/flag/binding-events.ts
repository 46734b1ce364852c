import { sql, type Selectable } from 'kysely';
import type { FlagBindingEvent } from '../gen/schema.ts';
import { asJson, jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';

/** What happened to a flag under a running iteration. */
export type BindingEvent =
  | { readonly kind: 'weights'; readonly shares: readonly { readonly variant: string; readonly weightMilliPercent: number }[] }
  | { readonly kind: 'enrolment'; readonly milliPercent: number }
  | { readonly kind: 'disabled' | 'enabled' }
  /** Parts of the configuration, such as `rules`. */
  | { readonly kind: 'configured'; readonly parts: readonly string[] };

export type StoredBindingEvent = BindingEvent & { readonly at: Date };

/** Adds what happened, at the clock's time, under the environment's lock. */
export async function insertBindingEvent(
  tx: Tx,
  binding: { readonly iteration_id: string; readonly organisation_id: string },
  { kind, ...detail }: BindingEvent,
): Promise<void> {
  const { iteration_id: iterationId, organisation_id: organisationId } = binding;
  await sql`
    insert into flag.binding_event (iteration_id, number, organisation_id, at, kind, detail)
    select ${iterationId}, coalesce(max(number), 0) + 1, ${organisationId}, clock_timestamp(), ${kind}, ${jsonb(asJson(detail))}
    from flag.binding_event where iteration_id = ${iterationId}`.execute(tx);
}

/** In the order of time. */
export async function readBindingEvents(tx: Tx, iterationId: string): Promise<readonly StoredBindingEvent[]> {
  const rows = await tx
    .selectFrom('flag.binding_event')
    .selectAll()
    .where('iteration_id', '=', iterationId)
    .orderBy('number')
    .execute();
  return rows.map(storedEvent);
}

/** The columns hold nothing else: `insertBindingEvent` sees to it. */
function storedEvent({ at, kind, detail }: Selectable<FlagBindingEvent>): StoredBindingEvent {
  return { ...(detail as object), kind, at } as unknown as StoredBindingEvent;
}
