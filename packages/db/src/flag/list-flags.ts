import { sql, type ExpressionBuilder } from 'kysely';
import type { FlagType } from '@stitchd/core';
import type { DB } from '../gen/schema.ts';
import { searchPattern, type Tx } from '../postgres/index.ts';
import { flagRow, type FlagRow } from './rows.ts';

export const flagSorts = ['key', '-updated_at'] as const;

/** `-updated_at`: what was changed last comes first. */
export type FlagSort = (typeof flagSorts)[number];

/** Which flags of a project. */
export interface FlagFilter {
  readonly projectId: string;
  readonly type: FlagType | undefined;
  readonly tag: string | undefined;
  /** Undefined: both. */
  readonly archived: boolean | undefined;
  /** In key or name, whatever the case; empty: all. */
  readonly query: string;
}

/** Where a page begins: after the sort values of the last flag before it. */
export type FlagPosition =
  | { readonly sort: 'key'; readonly after: string | undefined }
  | { readonly sort: '-updated_at'; readonly after: { readonly updatedAt: Date; readonly id: string } | undefined };

/** One more than `limit`, where there are more: that tells whether a page follows. */
export async function listFlags(tx: Tx, filter: FlagFilter, position: FlagPosition, limit: number): Promise<readonly FlagRow[]> {
  let query = tx
    .selectFrom('flag.flag')
    .selectAll()
    .where(matches(filter))
    .limit(limit + 1);
  if (position.sort === 'key') {
    if (position.after !== undefined) query = query.where('key', '>', position.after);
    query = query.orderBy('key');
  } else {
    const { after } = position;
    if (after !== undefined) query = query.where(sql<boolean>`(updated_at, id) < (${after.updatedAt}, ${after.id}::uuid)`);
    query = query.orderBy('updated_at', 'desc').orderBy('id', 'desc');
  }
  return (await query.execute()).map(flagRow);
}

export async function countFlags(tx: Tx, filter: FlagFilter): Promise<number> {
  const row = await tx
    .selectFrom('flag.flag')
    .select((select) => select.fn.countAll<number>().as('total'))
    .where(matches(filter))
    .executeTakeFirstOrThrow();
  return row.total;
}

function matches(filter: FlagFilter) {
  return (where: ExpressionBuilder<DB, 'flag.flag'>) => {
    const pattern = searchPattern(filter.query);
    return where.and([
      where('project_id', '=', filter.projectId),
      ...(filter.type === undefined ? [] : [where('type', '=', filter.type)]),
      ...(filter.tag === undefined ? [] : [sql<boolean>`tags @> ${[filter.tag]}::text[]`]),
      ...(filter.archived === undefined ? [] : [where('archived', '=', filter.archived)]),
      ...(filter.query === '' ? [] : [where.or([where('key', 'ilike', pattern), where('name', 'ilike', pattern)])]),
    ]);
  };
}
