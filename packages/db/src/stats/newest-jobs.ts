import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import type { JobCause, JobState } from './job-row.ts';

/** The newest computation of an iteration's results. */
export interface NewestJob {
  readonly state: JobState;
  readonly cause: JobCause;
  /** How long ago it ended, by the clock of the configuration store; undefined: it has not. */
  readonly endedMsAgo: number | undefined;
}

/** An iteration whose jobs are looked for. */
export interface AskedIteration {
  readonly experimentId: string;
  readonly iterationId: string;
  /** Counts from 1. */
  readonly iteration: number;
}

/** By the iteration's id; one whose results were never asked for is left out. */
export async function newestJobs(tx: Tx, asked: readonly AskedIteration[]): Promise<ReadonlyMap<string, NewestJob>> {
  const { rows } = await sql<{ iteration_id: string; state: JobState; cause: JobCause; ended_ms_ago: number | null }>`
    select asked.iteration_id, newest.* from unnest(
      ${asked.map(({ experimentId }) => experimentId)}::uuid[],
      ${asked.map(({ iterationId }) => iterationId)}::uuid[],
      ${asked.map(({ iteration }) => iteration)}::integer[]) as asked (experiment_id, iteration_id, iteration)
    cross join lateral (
      select state, cause, (extract(epoch from clock_timestamp() - finished_at) * 1000)::double precision as ended_ms_ago
      from stats.stats_jobs as job
      where job.experiment_id = asked.experiment_id and job.iteration = asked.iteration and kind = 'results'
      order by id desc limit 1) as newest`.execute(tx);
  return new Map(
    rows.map(({ iteration_id: id, state, cause, ended_ms_ago: ago }) => [id, { state, cause, endedMsAgo: ago ?? undefined }]),
  );
}
