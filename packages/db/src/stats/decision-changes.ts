import { sql } from 'kysely';
import type { JsonValue } from '@stitchd/core';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import { scopeColumns, type IterationScope } from './iteration-scope.ts';

/** From `at` on an iteration's decision was this one. */
export interface DecisionChange {
  readonly iterationId: string;
  readonly iteration: number;
  readonly at: Date;
  readonly code: string;
  /** null where it is about the whole experiment. */
  readonly variant: string | null;
  readonly headline: string;
  readonly detail: readonly string[];
}

/**
 * Keeps a decision where it is another one than the last of its iteration, and no more than `keep` of an experiment.
 * @returns whether it is another one
 */
export async function recordDecision(
  tx: Tx,
  scope: IterationScope,
  decision: Omit<DecisionChange, 'iterationId'>,
  keep: number,
): Promise<boolean> {
  const last = await tx
    .selectFrom('stats.decision_change')
    .select(['code', 'variant'])
    .where('iteration_id', '=', scope.iterationId)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.code === decision.code && last.variant === decision.variant) return false;
  await tx
    .insertInto('stats.decision_change')
    .values({
      ...scopeColumns(scope),
      iteration: decision.iteration,
      at: decision.at,
      code: decision.code,
      variant: decision.variant,
      headline: decision.headline,
      detail: jsonb([...decision.detail] as JsonValue),
    })
    .onConflict((conflict) => conflict.columns(['iteration_id', 'at']).doNothing())
    .execute();
  await sql`
    delete from stats.decision_change where experiment_id = ${scope.experimentId} and at < (
      select at from stats.decision_change where experiment_id = ${scope.experimentId} order by at desc offset ${keep - 1} limit 1)`.execute(
    tx,
  );
  return true;
}

/** The newest first, of all iterations. */
export async function listDecisions(tx: Tx, environmentId: string, experimentId: string): Promise<readonly DecisionChange[]> {
  const rows = await tx
    .selectFrom('stats.decision_change')
    .selectAll()
    .where('environment_id', '=', environmentId)
    .where('experiment_id', '=', experimentId)
    .orderBy('at', 'desc')
    .execute();
  return rows.map((row) => ({
    iterationId: row.iteration_id,
    iteration: row.iteration,
    at: row.at,
    code: row.code,
    variant: row.variant,
    headline: row.headline,
    detail: row.detail as unknown as readonly string[],
  }));
}
