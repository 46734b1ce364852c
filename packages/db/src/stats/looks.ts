import { sql } from 'kysely';
import type { JsonValue } from '@stitchd/core';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import { scopeColumns, type IterationScope } from './iteration-scope.ts';

/** Keeps one look at every metric, for the chart over time. */
export async function insertLooks(
  tx: Tx,
  scope: IterationScope,
  computedAt: Date,
  points: readonly { readonly metricKey: string; readonly point: JsonValue }[],
): Promise<void> {
  if (points.length === 0) return;
  await tx
    .insertInto('stats.look')
    .values(
      points.map(({ metricKey, point }) => ({
        ...scopeColumns(scope),
        metric_key: metricKey,
        computed_at: computedAt,
        point: jsonb(point),
      })),
    )
    .onConflict((conflict) => conflict.columns(['iteration_id', 'metric_key', 'computed_at']).doNothing())
    .execute();
}

/**
 * Where an iteration has more than `keep` looks, every second one of the older half is forgotten: a long experiment is drawn
 * coarsely where it is old, and the first and the newest looks stay.
 */
export async function thinLooks(tx: Tx, iterationId: string, keep: number): Promise<void> {
  await sql`
    delete from stats.look as old where old.iteration_id = ${iterationId} and old.computed_at in (
      select computed_at from (
        select computed_at, row_number() over (order by computed_at) as place, count(*) over () as looks
        from (select distinct computed_at from stats.look where iteration_id = ${iterationId}) as times
      ) as numbered where looks > ${keep} and place <= looks / 2 and place % 2 = 0)`.execute(tx);
}

/** One metric over time, at most `limit` points: evenly thinned, with the first and the newest. */
export async function listLooks(
  tx: Tx,
  query: { readonly iterationId: string; readonly metricKey: string; readonly limit: number },
): Promise<readonly JsonValue[]> {
  const { rows } = await sql<{ point: JsonValue }>`
    select point from (
      select point, computed_at, row_number() over (order by computed_at) - 1 as place, count(*) over () as looks
      from stats.look where iteration_id = ${query.iterationId} and metric_key = ${query.metricKey}
    ) as numbered
    where looks <= ${query.limit}
      or place = 0
      or floor(place * (${query.limit} - 1.0) / (looks - 1)) > floor((place - 1) * (${query.limit} - 1.0) / (looks - 1))
    order by computed_at`.execute(tx);
  return rows.map(({ point }) => point);
}
