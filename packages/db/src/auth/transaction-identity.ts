import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

/**
 * From here to its end the transaction sees and writes what belongs to this person: account, password, sessions, links.
 * Call it only for somebody who has proved who they are, or whom this transaction makes or gives a sign-in link.
 */
export async function actAsUser(tx: Tx, userId: string): Promise<void> {
  await sql`select set_config('stitchd.user_id', ${userId}, true)`.execute(tx);
}

/** From here on the transaction is one organisation's, for work that finds the organisation as it goes. */
export async function enterOrganisation(tx: Tx, organisationId: string): Promise<void> {
  await sql`select set_config('stitchd.organisation_id', ${organisationId}, true)`.execute(tx);
}

/** Things of the whole installation that are made once, whoever comes first. */
export type OnceForAll = 'first-administrator' | 'signing-key';

/** Waits until no other transaction makes the same thing; held until this one ends. */
export async function lockOnceForAll(tx: Tx, what: OnceForAll): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`stitchd.auth.${what}`}, 0))`.execute(tx);
}
