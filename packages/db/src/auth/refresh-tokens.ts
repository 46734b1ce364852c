import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

export interface NewRefreshToken {
  readonly sha256: Uint8Array;
  readonly session_id: string;
  readonly user_id: string;
  readonly expires_at: Date;
}

export async function insertRefreshToken(tx: Tx, token: NewRefreshToken): Promise<void> {
  await tx
    .insertInto('auth.refresh_token')
    .values({ ...token, sha256: Buffer.from(token.sha256) })
    .execute();
}

export interface RefreshTokenState {
  /** How long ago it was used, by the clock of the store; null: it was not. */
  readonly used_ms_ago: number | null;
  /** Whether a token that came after it was used: then its answer has arrived somewhere. */
  readonly is_followed: boolean;
  readonly expires_at: Date;
  readonly session_ended_at: Date | null;
}

/** Holds token and session, so that of two uses at once the second sees the first. */
export async function lockRefreshToken(tx: Tx, sha256: Uint8Array): Promise<RefreshTokenState | undefined> {
  return tx
    .selectFrom('auth.refresh_token as token')
    .innerJoin('auth.session as session', 'session.id', 'token.session_id')
    .select([
      sql<number | null>`(extract(epoch from clock_timestamp() - token.used_at) * 1000)::double precision`.as('used_ms_ago'),
      sql<boolean>`exists (select from auth.refresh_token as later
        where later.session_id = token.session_id and later.used_at > token.used_at)`.as('is_followed'),
      'token.expires_at',
      'session.ended_at as session_ended_at',
    ])
    .where('token.sha256', '=', Buffer.from(sha256))
    .forUpdate()
    .executeTakeFirst();
}

/** Marks it as used, and forgets the session's tokens that have expired since: they are refused as unknown. */
export async function useRefreshToken(tx: Tx, sha256: Uint8Array, sessionId: string): Promise<void> {
  await tx
    .updateTable('auth.refresh_token')
    .set({ used_at: sql<Date>`now()` })
    .where('sha256', '=', Buffer.from(sha256))
    .execute();
  await tx
    .deleteFrom('auth.refresh_token')
    .where('session_id', '=', sessionId)
    .where('expires_at', '<', sql<Date>`now()`)
    .execute();
}

/**
 * Puts another one in the place of the session's unused tokens. Who has one of them and uses it is found out as with a token that was used,
 * and no leeway is given to it.
 */
export async function supersedeRefreshTokens(tx: Tx, sessionId: string): Promise<void> {
  await tx
    .updateTable('auth.refresh_token')
    .set({ used_at: new Date(0) })
    .where('session_id', '=', sessionId)
    .where('used_at', 'is', null)
    .execute();
}
