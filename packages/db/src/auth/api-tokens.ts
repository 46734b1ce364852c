import { sql } from 'kysely';
import { searchPattern, type Tx } from '../postgres/index.ts';
import { announceInvalidation } from './invalidation.ts';
import type { ApiTokenRow, ListPage } from './rows.ts';

const shown = ['id', 'organisation_id', 'name', 'role', 'hint', 'operator', 'created_at', 'expires_at', 'revoked_at'] as const;

export interface NewApiToken {
  readonly id: string;
  readonly organisation_id: string;
  readonly name: string;
  readonly role: string;
  readonly hint: string;
  readonly sha256: Uint8Array;
  readonly operator: boolean;
  readonly expires_at: Date | null;
}

export async function insertApiToken(tx: Tx, token: NewApiToken): Promise<ApiTokenRow> {
  return tx
    .insertInto('auth.api_token')
    .values({ ...token, sha256: Buffer.from(token.sha256) })
    .returning(shown)
    .executeTakeFirstOrThrow();
}

export async function readApiToken(tx: Tx, id: string): Promise<ApiTokenRow | undefined> {
  return tx.selectFrom('auth.api_token').select(shown).where('id', '=', id).executeTakeFirst();
}

/** Held against other changes until the transaction ends. */
export async function lockApiToken(tx: Tx, id: string): Promise<ApiTokenRow | undefined> {
  return tx.selectFrom('auth.api_token').select(shown).where('id', '=', id).forUpdate().executeTakeFirst();
}

/** The operator's token that is valid now, held until the transaction ends. */
export async function lockOperatorToken(tx: Tx): Promise<ApiTokenRow | undefined> {
  return tx
    .selectFrom('auth.api_token')
    .select(shown)
    .where('operator', '=', true)
    .where('revoked_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** The newest first, revoked ones too; `after` is `[id]`. */
export async function listApiTokens(tx: Tx, page: ListPage): Promise<readonly ApiTokenRow[]> {
  let query = tx.selectFrom('auth.api_token').select(shown).orderBy('id', 'desc').limit(page.limit);
  const [afterId] = page.after ?? [];
  if (afterId !== undefined) query = query.where('id', '<', afterId);
  if (page.query !== '') query = query.where('name', 'ilike', searchPattern(page.query));
  return query.execute();
}

/** From its commit on every cache hears of it. */
export async function revokeApiToken(tx: Tx, id: string): Promise<ApiTokenRow> {
  const { sha256, ...row } = await tx
    .updateTable('auth.api_token')
    .set({ revoked_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .returning([...shown, 'sha256'])
    .executeTakeFirstOrThrow();
  await announceInvalidation(tx, { kind: 'key', sha256 });
  return row;
}
