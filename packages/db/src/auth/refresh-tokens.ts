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
  readonly used_at: Date | null;
  readonly expires_at: Date;
  readonly session_ended_at: Date | null;
}

/** Holds token and session, so that of two uses at once the second sees the first. */
export async function lockRefreshToken(tx: Tx, sha256: Uint8Array): Promise<RefreshTokenState | undefined> {
  return tx
    .selectFrom('auth.refresh_token as token')
    .innerJoin('auth.session as session', 'session.id', 'token.session_id')
    .select(['token.used_at', 'token.expires_at', 'session.ended_at as session_ended_at'])
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
