import { sql } from 'kysely';
import type { Condition } from '@stitchd/core';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import { asJson, segmentRow, type SegmentRow, type SegmentType } from './rows.ts';

/** @returns undefined where the environment has a segment with this key */
export async function insertSegment(
  tx: Tx,
  segment: {
    readonly id: string;
    readonly organisation_id: string;
    readonly environment_id: string;
    readonly key: string;
    readonly name: string;
    readonly description: string;
    readonly type: SegmentType;
    readonly condition: Condition | null;
    readonly context_kind: string;
    readonly exact: boolean;
  },
): Promise<SegmentRow | undefined> {
  const { condition, ...columns } = segment;
  const row = await tx
    .insertInto('segment.segment')
    .values({ ...columns, condition: condition === null ? null : jsonb(asJson(condition)) })
    .onConflict((conflict) => conflict.columns(['environment_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && segmentRow(row);
}

/** @param options.lock - until the transaction ends nobody else changes it or its lists; take it before the environment's lock */
export async function findSegment(
  tx: Tx,
  environmentId: string,
  key: string,
  options: { readonly lock?: boolean } = {},
): Promise<SegmentRow | undefined> {
  let query = tx.selectFrom('segment.segment').selectAll().where('environment_id', '=', environmentId).where('key', '=', key);
  if (options.lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && segmentRow(row);
}

/** The same by id, and nobody else changes it or its lists until the transaction ends. */
export async function lockSegmentById(tx: Tx, id: string): Promise<SegmentRow | undefined> {
  const row = await tx.selectFrom('segment.segment').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row && segmentRow(row);
}

/** Which of these keys name segments of the environment. */
export async function existingSegments(tx: Tx, environmentId: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await tx
    .selectFrom('segment.segment')
    .select('key')
    .where('environment_id', '=', environmentId)
    .where('key', 'in', [...keys])
    .execute();
  return new Set(rows.map(({ key }) => key));
}

/** What a change sets; the version goes up by one with it. */
export interface SegmentChange {
  readonly name?: string;
  readonly description?: string;
  readonly condition?: Condition;
  readonly included_count?: number;
  readonly excluded_count?: number;
  readonly included_shards?: number;
  readonly excluded_shards?: number;
}

/** Changes a segment whose row this transaction has locked. */
export async function updateSegment(tx: Tx, id: string, change: SegmentChange): Promise<SegmentRow> {
  const { condition, ...columns } = change;
  const row = await tx
    .updateTable('segment.segment')
    .set((update) => ({
      ...columns,
      ...(condition !== undefined && { condition: jsonb(asJson(condition)) }),
      version: update('version', '+', 1),
      updated_at: sql<Date>`now()`,
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return segmentRow(row);
}

/** Notes what a list that was just made holds, as part of its first version. */
export async function setListSizes(tx: Tx, id: string, sizes: Required<ListSizes>): Promise<SegmentRow> {
  const row = await tx.updateTable('segment.segment').set(sizes).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
  return segmentRow(row);
}

/** How many keys a list's sides hold, and into how many shards they are cut. */
export type ListSizes = Pick<SegmentChange, 'included_count' | 'excluded_count' | 'included_shards' | 'excluded_shards'>;

/** Deletes a segment with its keys. */
export async function deleteSegment(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('segment.list_key').where('segment_id', '=', id).execute();
  await tx.deleteFrom('segment.segment').where('id', '=', id).execute();
}
