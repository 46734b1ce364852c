import type { Selectable } from 'kysely';
import type { StatsStatsJobs } from '../gen/schema.ts';

export type JobCause = 'on-demand' | 'scheduled';
export type JobState = 'waiting' | 'running' | 'succeeded' | 'failed';

/** What a computation reads, all times ISO 8601: the same for every attempt of a job. */
export interface JobBounds {
  /** Exposures in [from, to) count. */
  readonly from: string;
  readonly to: string;
  /** Items stored until then take part. */
  readonly dataUntil: string;
}

/** A computation of an experiment's results. */
export type JobRow = Omit<Selectable<StatsStatsJobs>, 'cause' | 'state' | 'bounds'> & {
  readonly cause: JobCause;
  readonly state: JobState;
  readonly bounds: JobBounds | null;
};

/** The columns hold nothing else: checks and this module's writers see to it. */
export function jobRow(row: Selectable<StatsStatsJobs>): JobRow {
  return row as unknown as JobRow;
}
