import type { Tx } from '../postgres/index.ts';
import { scopeColumns, type IterationScope } from './iteration-scope.ts';

/** @returns whether nobody was told of this reason in this iteration before: then the caller tells, in the same transaction */
export async function raiseAlarm(tx: Tx, scope: IterationScope, reason: string, at: Date): Promise<boolean> {
  const raised = await tx
    .insertInto('stats.alarm')
    .values({ ...scopeColumns(scope), reason, at })
    .onConflict((conflict) => conflict.columns(['iteration_id', 'reason']).doNothing())
    .returning('reason')
    .executeTakeFirst();
  return raised !== undefined;
}
