import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import type { JsonValue } from '@stitchd/core';

/** Who does what to which resource, as the audit log keeps it. */
export interface Change {
  readonly organisationId: string;
  readonly projectId?: string | undefined;
  readonly environmentId?: string | undefined;
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string };
  readonly requestId: string;
  /** Such as `flag.update`. */
  readonly action: string;
  readonly resource: { readonly kind: string; readonly id: string; readonly key: string };
  /** State before and after; absent where it did not exist. Never a secret. */
  readonly before?: JsonValue | undefined;
  readonly after?: JsonValue | undefined;
}

/** Makes UUIDv7 ids. */
export type NewId = () => string;

/**
 * Writes the audit record and the outbox record of a change, in the transaction of the change itself. Both have one id, by which whoever
 * tells others finds what happened.
 */
export async function recordChange(tx: Tx, newId: NewId, change: Change): Promise<void> {
  const where = {
    id: newId(),
    organisation_id: change.organisationId,
    project_id: change.projectId ?? null,
    environment_id: change.environmentId ?? null,
  };
  await tx
    .insertInto('platform.audit')
    .values({
      ...where,
      actor_kind: change.actor.kind,
      actor_id: change.actor.id,
      actor_name: change.actor.name,
      action: change.action,
      resource_kind: change.resource.kind,
      resource_id: change.resource.id,
      resource_key: change.resource.key,
      request_id: change.requestId,
      before: jsonb(change.before),
      after: jsonb(change.after),
    })
    .execute();
  await tx
    .insertInto('platform.outbox')
    .values({
      ...where,
      topic: change.action,
      payload: jsonb({ resource: { ...change.resource }, requestId: change.requestId }),
    })
    .execute();
}

/** A value for a jsonb column: the driver would write a list as a PostgreSQL array and a text as no JSON at all. */
export function jsonb<T extends JsonValue | undefined>(value: T) {
  return (value === undefined ? null : sql`${JSON.stringify(value)}::jsonb`) as T extends undefined ? null : never;
}

/** Shapes of ours are JSON, which their readonly interfaces don't say. */
export function asJson(value: object): JsonValue {
  return value as JsonValue;
}
