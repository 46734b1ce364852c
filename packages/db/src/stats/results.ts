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
  /** Counts from 1. */
  readonly iteration: number;
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
      iteration: result.iteration,
      computed_at: result.computedAt,
      results: jsonb(result.results),
    })
    .execute();
}

/** Of which experiment, and of which of its iterations. */
export interface ResultOf {
  readonly environmentId: string;
  readonly experimentId: string;
  /** Counts from 1; 0: the newest that has results. */
  readonly iteration: number;
}

/** The last good result of an iteration, and whether an attempt at it that came later failed. */
export async function lastResult(
  tx: Tx,
  of: ResultOf,
): Promise<
  | {
      readonly results: JsonValue;
      /** Counts from 1. */
      readonly iteration: number;
      readonly iterationId: string;
      readonly computedAt: Date;
      readonly isStale: boolean;
    }
  | undefined
> {
  const row = await newest(tx, of).select(['job_id', 'iteration', 'iteration_id', 'results', 'computed_at']).executeTakeFirst();
  if (row === undefined) return undefined;
  const failed = await tx
    .selectFrom('stats.stats_jobs')
    .select('id')
    .where('experiment_id', '=', of.experimentId)
    .where('kind', '=', 'results')
    .where('state', '=', 'failed')
    .where('iteration', '=', row.iteration)
    .where('id', '>', row.job_id)
    .limit(1)
    .executeTakeFirst();
  return {
    results: row.results as JsonValue,
    iteration: row.iteration,
    iterationId: row.iteration_id,
    computedAt: row.computed_at,
    isStale: failed !== undefined,
  };
}

/** Undefined where nothing was computed. */
export async function resultIteration(tx: Tx, of: ResultOf): Promise<string | undefined> {
  return (await newest(tx, of).select('iteration_id').executeTakeFirst())?.iteration_id;
}

function newest(tx: Tx, { environmentId, experimentId, iteration }: ResultOf) {
  const ofExperiment = tx
    .selectFrom('stats.result')
    .where('environment_id', '=', environmentId)
    .where('experiment_id', '=', experimentId);
  // The last results of an earlier iteration may come after the first ones of the next.
  return (iteration === 0 ? ofExperiment : ofExperiment.where('iteration', '=', iteration))
    .orderBy('iteration', 'desc')
    .orderBy('job_id', 'desc')
    .limit(1);
}

/** Forgets all but the newest results and ended jobs of an experiment; of every iteration the last result stays. */
export async function forgetOldResults(
  tx: Tx,
  experimentId: string,
  keep: { readonly results: number; readonly jobs: number },
): Promise<void> {
  await sql`
    delete from stats.result where experiment_id = ${experimentId} and job_id in (
      select job_id from stats.result where experiment_id = ${experimentId} order by job_id desc offset ${keep.results})
      and exists (select from stats.result as later where later.iteration_id = stats.result.iteration_id and later.job_id > stats.result.job_id)`.execute(
    tx,
  );
  await sql`
    delete from stats.stats_jobs as job where job.experiment_id = ${experimentId} and job.state in ('succeeded', 'failed', 'cancelled')
      and job.id in (select id from stats.stats_jobs where experiment_id = ${experimentId} order by id desc offset ${keep.jobs})
      and not exists (select from stats.result where result.job_id = job.id)`.execute(tx);
}

/** Whether the iteration has its last result: that of a job which the schedule asked for after the grace period. */
export async function hasFinalResult(tx: Tx, environmentId: string, iterationId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('stats.result')
    .innerJoin('stats.stats_jobs', 'stats.stats_jobs.id', 'stats.result.job_id')
    .select('stats.result.job_id')
    .where('stats.result.environment_id', '=', environmentId)
    .where('stats.result.iteration_id', '=', iterationId)
    .where('stats.stats_jobs.cause', '=', 'final')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
