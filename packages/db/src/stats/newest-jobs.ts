import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import type { JobCause, JobState } from './job-row.ts';

/** The newest computation of an experiment's results. */
export interface NewestJob {
  readonly state: JobState;
  readonly cause: JobCause;
  /** How long ago it ended, by the clock of the configuration store; undefined: it has not. */
  readonly endedMsAgo: number | undefined;
}

/** By experiment; one whose results were never asked for is left out. */
export async function newestJobs(tx: Tx, experimentIds: readonly string[]): Promise<ReadonlyMap<string, NewestJob>> {
  const { rows } = await sql<{ experiment_id: string; state: JobState; cause: JobCause; ended_ms_ago: number | null }>`
    select asked.id as experiment_id, newest.* from unnest(${[...experimentIds]}::uuid[]) as asked (id)
    cross join lateral (
      select state, cause, (extract(epoch from clock_timestamp() - finished_at) * 1000)::double precision as ended_ms_ago
      from stats.stats_jobs where experiment_id = asked.id and kind = 'results' order by id desc limit 1) as newest`.execute(tx);
  return new Map(
    rows.map(({ experiment_id: id, state, cause, ended_ms_ago: ago }) => [id, { state, cause, endedMsAgo: ago ?? undefined }]),
  );
}
