import { sql } from 'kysely';
import type { JsonValue } from '@stitchd/core';
import { postgresLimits, type Tx } from '../postgres/index.ts';
import { jsonb } from './change.ts';

/** A write that its client may repeat. */
export interface RepeatableRequest {
  readonly organisationId: string;
  readonly principalId: string;
  /** The RPC's name. */
  readonly route: string;
  readonly key: string;
  /** SHA-256 of the request: the same key with another body is refused. */
  readonly bodyHash: Uint8Array;
}

export type RepeatableOutcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** This write was done before; its response is answered again. */
  | { readonly kind: 'repeated'; readonly response: JsonValue }
  /** It was done before, and its response held a secret that is stored nowhere. */
  | { readonly kind: 'not-repeatable' }
  | { readonly kind: 'key-reused' };

/**
 * Does a write at most once per idempotency key. The key is stored in the write's own transaction; two repetitions at the
 * same time wait for each other on its row.
 * @param responseOf - what to store for a repetition; undefined where the response holds a secret
 */
export async function doOnce<T>(
  tx: Tx,
  request: RepeatableRequest | undefined,
  responseOf: (value: T) => JsonValue | undefined,
  work: () => Promise<T>,
): Promise<RepeatableOutcome<T>> {
  if (request === undefined) return { kind: 'done', value: await work() };
  const where = {
    organisation_id: request.organisationId,
    principal_id: request.principalId,
    route: request.route,
    key: request.key,
  };
  await tx
    .deleteFrom('platform.idempotency')
    .where('key', '=', request.key)
    .where('created_at', '<', sql<Date>`now() - make_interval(hours => ${postgresLimits.idempotencyKeepHours})`)
    .execute();
  const inserted = await tx
    .insertInto('platform.idempotency')
    .values({ ...where, body_hash: Buffer.from(request.bodyHash) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return readRepetition(tx, request);
  const value = await work();
  await tx
    .updateTable('platform.idempotency')
    .set({ response: jsonb(responseOf(value)) })
    .where('organisation_id', '=', request.organisationId)
    .where('principal_id', '=', request.principalId)
    .where('route', '=', request.route)
    .where('key', '=', request.key)
    .execute();
  return { kind: 'done', value };
}

async function readRepetition<T>(tx: Tx, request: RepeatableRequest): Promise<RepeatableOutcome<T>> {
  const stored = await tx
    .selectFrom('platform.idempotency')
    .select(['body_hash', 'response'])
    .where('organisation_id', '=', request.organisationId)
    .where('principal_id', '=', request.principalId)
    .where('route', '=', request.route)
    .where('key', '=', request.key)
    .executeTakeFirstOrThrow();
  if (!Buffer.from(request.bodyHash).equals(stored.body_hash)) return { kind: 'key-reused' };
  return stored.response === null ? { kind: 'not-repeatable' } : { kind: 'repeated', response: stored.response as JsonValue };
}
