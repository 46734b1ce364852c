import type { JsonValue } from '@stitchd/core';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';

/** What a replay of the past under made-up assignments gave. */
export interface StoredReplay {
  readonly experimentId: string;
  readonly organisationId: string;
  readonly environmentId: string;
  readonly jobId: string;
  readonly computedAt: Date;
  readonly result: JsonValue;
}

/** Takes the place of the experiment's last one. */
export async function saveReplay(tx: Tx, replay: StoredReplay): Promise<void> {
  const values = { job_id: replay.jobId, computed_at: replay.computedAt, result: jsonb(replay.result) };
  await tx
    .insertInto('stats.aa_replay')
    .values({
      experiment_id: replay.experimentId,
      organisation_id: replay.organisationId,
      environment_id: replay.environmentId,
      ...values,
    })
    .onConflict((conflict) => conflict.column('experiment_id').doUpdateSet(values))
    .execute();
}

/** The newest of an experiment. */
export async function findReplay(
  tx: Tx,
  environmentId: string,
  experimentId: string,
): Promise<{ readonly result: JsonValue; readonly computedAt: Date } | undefined> {
  const row = await tx
    .selectFrom('stats.aa_replay')
    .select(['result', 'computed_at'])
    .where('environment_id', '=', environmentId)
    .where('experiment_id', '=', experimentId)
    .executeTakeFirst();
  return row && { result: row.result as JsonValue, computedAt: row.computed_at };
}
