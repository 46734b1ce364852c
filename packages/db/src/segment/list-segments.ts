import type { ExpressionBuilder } from 'kysely';
import type { DB } from '../gen/schema.ts';
import { searchPattern, type Tx } from '../postgres/index.ts';
import { segmentRow, type SegmentRow, type SegmentType } from './rows.ts';

/** Which segments of an environment. */
export interface SegmentFilter {
  readonly environmentId: string;
  readonly type: SegmentType | undefined;
  /** In key or name, whatever the case; empty: all. */
  readonly query: string;
}

/** In the order of their keys; one more than `limit`, where there are more: that tells whether a page follows. */
export async function listSegments(
  tx: Tx,
  filter: SegmentFilter,
  after: string | undefined,
  limit: number,
): Promise<readonly SegmentRow[]> {
  let query = tx
    .selectFrom('segment.segment')
    .selectAll()
    .where(matches(filter))
    .orderBy('key')
    .limit(limit + 1);
  if (after !== undefined) query = query.where('key', '>', after);
  return (await query.execute()).map(segmentRow);
}

export async function countSegments(tx: Tx, filter: SegmentFilter): Promise<number> {
  const row = await tx
    .selectFrom('segment.segment')
    .select((select) => select.fn.countAll<number>().as('total'))
    .where(matches(filter))
    .executeTakeFirstOrThrow();
  return row.total;
}

function matches(filter: SegmentFilter) {
  return (where: ExpressionBuilder<DB, 'segment.segment'>) => {
    const pattern = searchPattern(filter.query);
    return where.and([
      where('environment_id', '=', filter.environmentId),
      ...(filter.type === undefined ? [] : [where('type', '=', filter.type)]),
      ...(filter.query === '' ? [] : [where.or([where('key', 'ilike', pattern), where('name', 'ilike', pattern)])]),
    ]);
  };
}

/** Who refers to each of some segments, in one statement: `flag:checkout`, in order. */
export async function usersOfSegments(
  tx: Tx,
  environmentId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const users = new Map<string, string[]>(keys.map((key) => [key, []]));
  if (keys.length === 0) return users;
  const rows = await tx
    .selectFrom('platform.reference')
    .select(['from_kind', 'from_key', 'to_key'])
    .where('environment_id', '=', environmentId)
    .where('to_kind', '=', 'segment')
    .where('to_key', 'in', [...keys])
    .orderBy('from_kind')
    .orderBy('from_key')
    .execute();
  for (const row of rows) users.get(row.to_key)?.push(`${row.from_kind}:${row.from_key}`);
  return users;
}
