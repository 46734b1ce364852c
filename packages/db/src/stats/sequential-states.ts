import type { JsonValue } from '@stitchd/core';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import { scopeColumns, type IterationScope } from './iteration-scope.ts';

/** What has to be remembered of the looks at one arm of one metric. */
export interface StoredSequentialState {
  readonly metricKey: string;
  readonly variant: string;
  /** The least p-value of all looks. */
  readonly runningPValue: number;
  /** The first crossing of the bar; null where there was none. */
  readonly verdict: JsonValue;
  /** The look that closed it; null while it is open. */
  readonly closed: JsonValue;
}

export async function listSequentialStates(tx: Tx, iterationId: string): Promise<readonly StoredSequentialState[]> {
  const rows = await tx
    .selectFrom('stats.sequential_state')
    .select(['metric_key', 'variant', 'running_p', 'verdict', 'closed'])
    .where('iteration_id', '=', iterationId)
    .execute();
  return rows.map((row) => ({
    metricKey: row.metric_key,
    variant: row.variant,
    runningPValue: row.running_p,
    verdict: row.verdict as JsonValue,
    closed: row.closed as JsonValue,
  }));
}

/** In the transaction of the result whose look this is. */
export async function saveSequentialStates(
  tx: Tx,
  scope: IterationScope,
  states: readonly StoredSequentialState[],
): Promise<void> {
  for (const { metricKey, variant, runningPValue, verdict, closed } of states) {
    const values = { running_p: runningPValue, verdict: orNull(verdict), closed: orNull(closed) };
    await tx
      .insertInto('stats.sequential_state')
      .values({ ...scopeColumns(scope), metric_key: metricKey, variant, ...values })
      .onConflict((conflict) => conflict.columns(['iteration_id', 'metric_key', 'variant']).doUpdateSet(values))
      .execute();
  }
}

function orNull(value: JsonValue) {
  return value === null ? null : jsonb(value);
}
