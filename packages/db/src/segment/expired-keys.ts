import { sql } from 'kysely';
import type { Database, Tx } from '../postgres/index.ts';
import type { ListOf } from './list-keys.ts';

/** A list that holds keys whose time has passed. */
export interface ExpiringList {
  readonly organisationId: string;
  readonly segmentId: string;
}

/**
 * Lists that hold keys whose time has passed, of whatever organisation, those that wait longest first.
 * @param keys - how many keys are looked at
 */
export async function listsWithExpiredKeys(database: Database, keys: number): Promise<readonly ExpiringList[]> {
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ organisation_id: string; segment_id: string }>`
      select organisation_id, segment_id from segment.lists_with_expired_keys(${keys})`.execute(tx),
  );
  return rows.map((row) => ({ organisationId: row.organisation_id, segmentId: row.segment_id }));
}

/**
 * Deletes keys of a side whose time has passed, those that passed first.
 * @returns the fingerprints of what was deleted, as they are stored
 */
export async function deleteExpiredKeys(
  tx: Tx,
  { segmentId, side }: Omit<ListOf, 'organisationId'>,
  most: number,
): Promise<readonly bigint[]> {
  const { rows } = await sql<{ fingerprint: string }>`
    delete from segment.list_key
    where segment_id = ${segmentId} and excluded = ${side === 'excluded'} and key in (
      select key from segment.list_key
      where segment_id = ${segmentId} and excluded = ${side === 'excluded'} and expires_at <= now()
      order by expires_at limit ${most})
    returning fingerprint::text as fingerprint`.execute(tx);
  return rows.map(({ fingerprint }) => BigInt(fingerprint));
}
