import type { Selectable } from 'kysely';
import type { StatsStatsJobs } from '../gen/schema.ts';

/** What a job computes. */
export type JobKind = 'results' | 'aa-replay';
export type JobCause = 'on-demand' | 'scheduled' | 'final';
export type JobState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** What a computation reads, all times ISO 8601: the same for every attempt of a job. */
export interface JobBounds {
  /** Exposures in [from, to) count. */
  readonly from: string;
  readonly to: string;
  /** Items stored until then take part. */
  readonly dataUntil: string;
  /** What waited in spools just before that; absent in bounds that were chosen before this was asked. */
  readonly spools?: {
    /** What was accepted before it had left the spools, as far as was known; null: there is no spool. */
    readonly storedUntil: string | null;
    /** Replicas that say nothing any more: what they accepted last may be missing. */
    readonly silentReplicas: number;
  };
}

/** A computation for an experiment. */
export type JobRow = Omit<Selectable<StatsStatsJobs>, 'kind' | 'cause' | 'state' | 'bounds'> & {
  readonly kind: JobKind;
  readonly cause: JobCause;
  readonly state: JobState;
  readonly bounds: JobBounds | null;
};

/** The columns hold nothing else: checks and this module's writers see to it. */
export function jobRow(row: Selectable<StatsStatsJobs>): JobRow {
  return row as unknown as JobRow;
}
