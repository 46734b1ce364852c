import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import type { ListSide } from './rows.ts';

/** One side of a list. */
export interface ListOf {
  readonly segmentId: string;
  readonly organisationId: string;
  readonly side: ListSide;
}

/** A key with its fingerprint as it is stored: the unsigned 64 bits less 2^63, so that both sort alike. */
export interface FingerprintedKey {
  readonly key: string;
  readonly fingerprint: bigint;
  /** From then on it is in the list no more. */
  readonly expiresAt?: Date | undefined;
}

/** What a change of keys changed. */
export interface ChangedKeys {
  readonly count: number;
  /** The top 16 bits of the changed keys' fingerprints, each once. */
  readonly prefixes: readonly number[];
}

/** What adding changed: keys that came, and how many were there already and got another time. */
export type AddedKeys = ChangedKeys & { readonly updated: number };

/** Adds keys that are not in the list yet, and gives the others their time, in one statement; each key once. */
export async function addKeys(tx: Tx, list: ListOf, keys: readonly FingerprintedKey[]): Promise<AddedKeys> {
  if (keys.length === 0) return { count: 0, updated: 0, prefixes: [] };
  const { rows } = await sql<{ prefix: number; count: number; inserted: boolean }>`
    with changed as (
      insert into segment.list_key as present (segment_id, organisation_id, excluded, key, fingerprint, expires_at)
      select ${list.segmentId}::uuid, ${list.organisationId}::uuid, ${isExcluded(list)}::boolean, key, fingerprint, expires_at
      from unnest(
        ${keys.map(({ key }) => key)}::text[],
        ${keys.map(({ fingerprint }) => String(fingerprint))}::bigint[],
        ${keys.map(({ expiresAt }) => expiresAt?.toISOString() ?? null)}::timestamptz[]
      ) as given (key, fingerprint, expires_at)
      on conflict (segment_id, excluded, key) do update set expires_at = excluded.expires_at
        where present.expires_at is distinct from excluded.expires_at
      -- Of a row that was inserted, and not updated, no transaction has made an end.
      returning fingerprint, xmax = 0 as inserted
    )
    select (fingerprint >> 48)::integer + 32768 as prefix, inserted, count(*) as count
    from changed group by prefix, inserted`.execute(tx);
  const inserted = rows.filter((row) => row.inserted);
  return {
    count: sumOf(inserted),
    updated: sumOf(rows) - sumOf(inserted),
    prefixes: inserted.map(({ prefix }) => prefix),
  };
}

/** Removes keys that are in the list, in one statement. */
export async function removeKeys(tx: Tx, list: ListOf, keys: readonly string[]): Promise<ChangedKeys> {
  if (keys.length === 0) return { count: 0, prefixes: [] };
  const { rows } = await sql<{ prefix: number; count: number }>`
    with changed as (
      delete from segment.list_key
      where segment_id = ${list.segmentId} and excluded = ${isExcluded(list)} and key = any(${[...keys]}::text[])
      returning fingerprint
    )
    select (fingerprint >> 48)::integer + 32768 as prefix, count(*) as count from changed group by prefix`.execute(tx);
  return { count: sumOf(rows), prefixes: rows.map(({ prefix }) => prefix) };
}

function sumOf(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

/** All keys of a side, in code-point order: for lists that are short. */
export async function readAllKeys(tx: Tx, list: Omit<ListOf, 'organisationId'>): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('segment.list_key')
    .select('key')
    .where('segment_id', '=', list.segmentId)
    .where('excluded', '=', isExcluded(list))
    .orderBy('key')
    .execute();
  return rows.map(({ key }) => key);
}

/** A key of a list, with the time from which on it is in it no more. */
export interface ListedKey {
  readonly key: string;
  readonly expiresAt: Date | undefined;
}

/** A page of keys in code-point order, those that begin with `prefix`; one more than `limit`, where there are more. */
export async function readKeys(
  tx: Tx,
  list: Omit<ListOf, 'organisationId'>,
  page: { readonly prefix: string; readonly after: string | undefined; readonly limit: number },
): Promise<readonly ListedKey[]> {
  let query = tx
    .selectFrom('segment.list_key')
    .select(['key', 'expires_at'])
    .where('segment_id', '=', list.segmentId)
    .where('excluded', '=', isExcluded(list))
    .where(sql<boolean>`(expires_at is null or expires_at > now())`)
    .orderBy('key')
    .limit(page.limit + 1);
  // The bounds let the index find the place; U+10FFFF is no character that a key would have.
  if (page.prefix !== '') query = query.where('key', '>=', page.prefix).where('key', '<', `${page.prefix}\u{10ffff}`);
  if (page.after !== undefined) query = query.where('key', '>', page.after);
  return (await query.execute()).map(({ key, expires_at: expiresAt }) => ({ key, expiresAt: expiresAt ?? undefined }));
}

/** The fingerprints of one shard of a side. */
export interface ShardFingerprints {
  readonly shard: number;
  /** Sorted, distinct, 8 bytes each, big-endian, as they are stored. */
  readonly stored: Buffer;
}

/**
 * The fingerprints of a whole side, in one pass over it; a shard without keys is left out.
 * @param of - how many shards there are: a power of two, 2 to 65,536
 */
export async function readShards(
  tx: Tx,
  list: Omit<ListOf, 'organisationId'>,
  of: number,
): Promise<readonly ShardFingerprints[]> {
  const { rows } = await sql<ShardFingerprints>`
    select shard, string_agg(int8send(fingerprint), ''::bytea order by fingerprint) as stored
    from (
      select distinct (fingerprint >> ${64 - Math.log2(of)}::integer)::integer + ${of / 2}::integer as shard, fingerprint
      from segment.list_key
      where segment_id = ${list.segmentId} and excluded = ${isExcluded(list)}
    ) as found
    group by shard`.execute(tx);
  return rows;
}

/** Which of these fingerprints, as they are stored, some key of the list has. */
export async function presentFingerprints(
  tx: Tx,
  list: Omit<ListOf, 'organisationId'>,
  fingerprints: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  if (fingerprints.length === 0) return new Set();
  const { rows } = await sql<{ fingerprint: string }>`
    select distinct fingerprint::text as fingerprint from segment.list_key
    where segment_id = ${list.segmentId} and excluded = ${isExcluded(list)}
      and fingerprint = any(${fingerprints.map(String)}::bigint[])`.execute(tx);
  return new Set(rows.map(({ fingerprint }) => BigInt(fingerprint)));
}

/** For changes of long lists: from here to its end the transaction's statements may take this long, in milliseconds. */
export async function allowLongStatements(tx: Tx, timeoutMs: number): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(timeoutMs)}, true)`.execute(tx);
}

function isExcluded({ side }: Pick<ListOf, 'side'>): boolean {
  return side === 'excluded';
}
