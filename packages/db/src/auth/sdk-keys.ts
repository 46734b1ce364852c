import { sql } from 'kysely';
import { searchPattern, type Tx } from '../postgres/index.ts';
import { announceInvalidation } from './invalidation.ts';
import type { ListPage, SdkKeyRow } from './rows.ts';

const shown = [
  'id',
  'organisation_id',
  'project_id',
  'environment_id',
  'name',
  'kind',
  'hint',
  'allowed_origins',
  'backfill_days',
  'created_at',
  'revoked_at',
] as const;

export interface NewSdkKey {
  readonly id: string;
  readonly organisation_id: string;
  readonly project_id: string;
  readonly environment_id: string;
  readonly name: string;
  readonly kind: string;
  readonly hint: string;
  readonly sha256: Uint8Array;
  readonly allowed_origins: readonly string[];
  readonly backfill_days: number;
}

export async function insertSdkKey(tx: Tx, key: NewSdkKey): Promise<SdkKeyRow> {
  return tx
    .insertInto('auth.sdk_key')
    .values({ ...key, sha256: Buffer.from(key.sha256), allowed_origins: [...key.allowed_origins] })
    .returning(shown)
    .executeTakeFirstOrThrow();
}

export async function readSdkKey(tx: Tx, id: string): Promise<SdkKeyRow | undefined> {
  return tx.selectFrom('auth.sdk_key').select(shown).where('id', '=', id).executeTakeFirst();
}

/** Held against other changes until the transaction ends. */
export async function lockSdkKey(tx: Tx, environmentId: string, id: string): Promise<SdkKeyRow | undefined> {
  return tx
    .selectFrom('auth.sdk_key')
    .select(shown)
    .where('environment_id', '=', environmentId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** The newest first, revoked ones too; `after` is `[id]`. */
export async function listSdkKeys(tx: Tx, environmentId: string, page: ListPage): Promise<readonly SdkKeyRow[]> {
  let query = tx
    .selectFrom('auth.sdk_key')
    .select(shown)
    .where('environment_id', '=', environmentId)
    .orderBy('id', 'desc')
    .limit(page.limit);
  const [afterId] = page.after ?? [];
  if (afterId !== undefined) query = query.where('id', '<', afterId);
  if (page.query !== '') query = query.where('name', 'ilike', searchPattern(page.query));
  return query.execute();
}

/** From its commit on every cache hears of it. */
export async function revokeSdkKey(tx: Tx, id: string): Promise<SdkKeyRow> {
  const { sha256, ...row } = await tx
    .updateTable('auth.sdk_key')
    .set({ revoked_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .returning([...shown, 'sha256'])
    .executeTakeFirstOrThrow();
  await announceInvalidation(tx, { kind: 'key', sha256 });
  return row;
}
