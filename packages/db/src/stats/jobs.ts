import type { Tx } from '../postgres/index.ts';
import { jobRow, type JobCause, type JobRow } from './job-row.ts';

/** Between an insert that met a waiting job and the look at it, a worker may take that job: then it is tried again. */
const enqueueAttempts = 5;

export interface NewJob {
  readonly id: string;
  readonly organisationId: string;
  readonly projectId: string;
  readonly environmentId: string;
  readonly experimentId: string;
  readonly cause: JobCause;
}

/** Puts a job in the queue, in the caller's transaction, or answers the one of this experiment that waits already. */
export async function enqueueJob(tx: Tx, job: NewJob): Promise<{ readonly job: JobRow; readonly isNew: boolean }> {
  for (let attempt = 0; attempt < enqueueAttempts; attempt++) {
    const inserted = await tx
      .insertInto('stats.stats_jobs')
      .values({
        id: job.id,
        organisation_id: job.organisationId,
        project_id: job.projectId,
        environment_id: job.environmentId,
        experiment_id: job.experimentId,
        cause: job.cause,
      })
      .onConflict((conflict) => conflict.column('experiment_id').where('state', '=', 'waiting').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (inserted) return { job: jobRow(inserted), isNew: true };
    const waiting = await tx
      .selectFrom('stats.stats_jobs')
      .selectAll()
      .where('experiment_id', '=', job.experimentId)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    if (waiting) return { job: jobRow(waiting), isNew: false };
  }
  throw new Error('jobs of this experiment were taken faster than one could be put in the queue');
}

export async function findJob(tx: Tx, id: string): Promise<JobRow | undefined> {
  const row = await tx.selectFrom('stats.stats_jobs').selectAll().where('id', '=', id).executeTakeFirst();
  return row && jobRow(row);
}

/** The newest job of an experiment, whatever its state. */
export async function lastJob(tx: Tx, environmentId: string, experimentId: string): Promise<JobRow | undefined> {
  const row = await tx
    .selectFrom('stats.stats_jobs')
    .selectAll()
    .where('environment_id', '=', environmentId)
    .where('experiment_id', '=', experimentId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && jobRow(row);
}
