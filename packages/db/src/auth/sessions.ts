import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import { announceInvalidation } from './invalidation.ts';
import { authStoreLimits } from './limits.ts';

export interface NewSession {
  readonly id: string;
  readonly user_id: string;
  readonly organisation_id: string;
  readonly expires_at: Date;
}

/** The transaction must act as that user. */
export async function insertSession(tx: Tx, session: NewSession): Promise<void> {
  await tx.insertInto('auth.session').values(session).execute();
}

/** What became of an older session of this person is forgotten; the newest that are still open stay, up to `keep`. */
export async function tidySessions(tx: Tx, userId: string, keep: number): Promise<void> {
  const ended = sql<Date>`now() - make_interval(hours => ${authStoreLimits.endedSessionKeepHours})`;
  await tx
    .deleteFrom('auth.session')
    .where('user_id', '=', userId)
    .where((where) => where.or([where('expires_at', '<', sql<Date>`now()`), where('ended_at', '<', ended)]))
    .execute();
  await tx
    .deleteFrom('auth.sign_in_link')
    .where('user_id', '=', userId)
    .where('expires_at', '<', sql<Date>`now()`)
    .execute();
  const tooMany = await tx
    .selectFrom('auth.session')
    .select('id')
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .orderBy('id', 'desc')
    .offset(keep)
    .execute();
  for (const { id } of tooMany) await endSession(tx, id);
}

/** @returns whether it was still open */
export async function endSession(tx: Tx, sessionId: string): Promise<boolean> {
  const ended = await tx
    .updateTable('auth.session')
    .set({ ended_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (ended.numUpdatedRows === 0n) return false;
  await announceInvalidation(tx, { kind: 'session', sessionId });
  return true;
}

/** Ends the open sessions of one person: in this organisation, or everywhere for a transaction that acts as them. */
export async function endSessionsOf(tx: Tx, userId: string, organisationId?: string): Promise<void> {
  let query = tx.selectFrom('auth.session').select('id').where('user_id', '=', userId).where('ended_at', 'is', null);
  if (organisationId !== undefined) query = query.where('organisation_id', '=', organisationId);
  for (const { id } of await query.orderBy('id').execute()) await endSession(tx, id);
}

/** A session goes on: with a newer expiry, and in the organisation that its person works in now. */
export async function continueSession(
  tx: Tx,
  sessionId: string,
  next: { readonly organisation_id: string; readonly expires_at: Date },
): Promise<void> {
  await tx.updateTable('auth.session').set(next).where('id', '=', sessionId).execute();
}
