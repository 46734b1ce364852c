import { sql } from 'kysely';
import type { JsonValue } from '@stitchd/core';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';

export interface StoredResult {
  readonly jobId: string;
  readonly organisationId: string;
  readonly environmentId: string;
  readonly experimentId: string;
  readonly iterationId: string;
  readonly computedAt: Date;
  readonly results: JsonValue;
}

/** Keeps a good result, in the transaction that ends its job. */
export async function insertResult(tx: Tx, result: StoredResult): Promise<void> {
  await tx
    .insertInto('stats.result')
    .values({
      job_id: result.jobId,
      organisation_id: result.organisationId,
      environment_id: result.environmentId,
      experiment_id: result.experimentId,
      iteration_id: result.iterationId,
      computed_at: result.computedAt,
      results: jsonb(result.results),
    })
    .execute();
}

/** The last good result, and whether an attempt that came later failed. */
export async function lastResult(
  tx: Tx,
  environmentId: string,
  experimentId: string,
): Promise<{ readonly results: JsonValue; readonly computedAt: Date; readonly isStale: boolean } | undefined> {
  const row = await tx
    .selectFrom('stats.result')
    .select(['job_id', 'results', 'computed_at'])
    .where('environment_id', '=', environmentId)
    .where('experiment_id', '=', experimentId)
    .orderBy('job_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const failed = await tx
    .selectFrom('stats.stats_jobs')
    .select('id')
    .where('experiment_id', '=', experimentId)
    .where('state', '=', 'failed')
    .where('id', '>', row.job_id)
    .limit(1)
    .executeTakeFirst();
  return { results: row.results as JsonValue, computedAt: row.computed_at, isStale: failed !== undefined };
}

/** Forgets all but the newest results and ended jobs of an experiment. */
export async function forgetOldResults(
  tx: Tx,
  experimentId: string,
  keep: { readonly results: number; readonly jobs: number },
): Promise<void> {
  await sql`
    delete from stats.result where experiment_id = ${experimentId} and job_id in (
      select job_id from stats.result where experiment_id = ${experimentId} order by job_id desc offset ${keep.results})`.execute(
    tx,
  );
  await sql`
    delete from stats.stats_jobs as job where job.experiment_id = ${experimentId} and job.state in ('succeeded', 'failed')
      and job.id in (select id from stats.stats_jobs where experiment_id = ${experimentId} order by id desc offset ${keep.jobs})
      and not exists (select from stats.result where result.job_id = job.id)`.execute(tx);
}
