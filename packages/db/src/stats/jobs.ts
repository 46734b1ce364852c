import { sql } from 'kysely';
import type { JsonValue } from '@stitchd/core';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import type { ResultOf } from './results.ts';
import { jobRow, type JobCause, type JobKind, type JobRow } from './job-row.ts';

/** Between an insert that met a waiting job and the look at it, a worker may take that job: then it is tried again. */
const enqueueAttempts = 5;

export interface NewJob {
  readonly id: string;
  readonly organisationId: string;
  readonly projectId: string;
  readonly environmentId: string;
  readonly experimentId: string;
  /** Counts from 1; 0 of a replay. */
  readonly iteration: number;
  /** `results` where absent. */
  readonly kind?: JobKind;
  readonly cause: JobCause;
  /** Somebody waits for it. */
  readonly isUrgent?: boolean;
  /** Everything is read again. */
  readonly isFull?: boolean;
  /** What the kind of job needs to know. */
  readonly request?: JsonValue;
}

export interface EnqueuedJob {
  readonly job: JobRow;
  /** Whether it was not in the queue before. */
  readonly isNew: boolean;
}

/**
 * Puts a job in the queue, in the caller's transaction, or answers the one of this iteration and kind that waits already, which then
 * is at least as urgent and as thorough as the one that was asked for.
 */
export async function enqueueJob(tx: Tx, job: NewJob): Promise<EnqueuedJob> {
  const { isUrgent = false, isFull = false, kind = 'results', request } = job;
  for (let attempt = 0; attempt < enqueueAttempts; attempt++) {
    const inserted = await tx
      .insertInto('stats.stats_jobs')
      .values({
        id: job.id,
        organisation_id: job.organisationId,
        project_id: job.projectId,
        environment_id: job.environmentId,
        experiment_id: job.experimentId,
        iteration: job.iteration,
        kind,
        cause: job.cause,
        is_urgent: isUrgent,
        is_full: isFull,
        request: request === undefined ? null : jsonb(request),
      })
      .onConflict((conflict) =>
        conflict.columns(['experiment_id', 'kind', 'iteration']).where('state', '=', 'waiting').doNothing(),
      )
      .returningAll()
      .executeTakeFirst();
    if (inserted) return { job: jobRow(inserted), isNew: true };
    const waiting = await tx
      .updateTable('stats.stats_jobs')
      .set({
        is_urgent: sql<boolean>`is_urgent or ${isUrgent}`,
        is_full: sql<boolean>`is_full or ${isFull}`,
        cause: sql<string>`case when ${job.cause} = 'final' then 'final' else cause end`,
      })
      .where('experiment_id', '=', job.experimentId)
      .where('kind', '=', kind)
      .where('iteration', '=', job.iteration)
      .where('state', '=', 'waiting')
      .returningAll()
      .executeTakeFirst();
    if (waiting) return { job: jobRow(waiting), isNew: false };
  }
  throw new Error('jobs of this experiment were taken faster than one could be put in the queue');
}

/**
 * Ends a job that waits, or is between two attempts, at once; of one that runs, its worker is told.
 * @returns undefined where there is none that could be ended
 */
export async function cancelJob(tx: Tx, environmentId: string, id: string): Promise<JobRow | undefined> {
  const row = await tx
    .updateTable('stats.stats_jobs')
    .set({
      cancel_requested_at: sql<Date>`coalesce(cancel_requested_at, clock_timestamp())`,
      state: sql<string>`case when lease_token is null then 'cancelled' else state end`,
      finished_at: sql<Date | null>`case when lease_token is null then clock_timestamp() end`,
    })
    .where('id', '=', id)
    .where('environment_id', '=', environmentId)
    .where('state', 'in', ['waiting', 'running'])
    .returningAll()
    .executeTakeFirst();
  return row && jobRow(row);
}

/** Of one experiment, the newest first. */
export async function listJobs(tx: Tx, environmentId: string, experimentId: string, limit: number): Promise<readonly JobRow[]> {
  const rows = await tx
    .selectFrom('stats.stats_jobs')
    .selectAll()
    .where('environment_id', '=', environmentId)
    .where('experiment_id', '=', experimentId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(jobRow);
}

export async function findJob(tx: Tx, id: string): Promise<JobRow | undefined> {
  const row = await tx.selectFrom('stats.stats_jobs').selectAll().where('id', '=', id).executeTakeFirst();
  return row && jobRow(row);
}

/**
 * The newest job of a kind of an experiment, whatever its state.
 * @param of.iteration - counts from 1; 0: the latest that has a job
 */
export async function lastJob(tx: Tx, of: ResultOf, kind: JobKind = 'results'): Promise<JobRow | undefined> {
  let jobs = tx
    .selectFrom('stats.stats_jobs')
    .selectAll()
    .where('environment_id', '=', of.environmentId)
    .where('experiment_id', '=', of.experimentId)
    .where('kind', '=', kind);
  if (of.iteration !== 0) jobs = jobs.where('iteration', '=', of.iteration);
  const row = await jobs.orderBy('iteration', 'desc').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row && jobRow(row);
}
