import { sql } from 'kysely';
import { createJobQueue, fromNow, type JobLease } from '../job-queue/index.ts';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import type { JobBounds } from './job-row.ts';

export type { JobLease } from '../job-queue/index.ts';

/**
 * A job that somebody waits for counts as due for so much longer than one of the schedule: it goes first, but a schedule that is
 * late by more than this gets its turn however many people ask.
 */
export const jobHeadStartMs = 3_600_000;

/** Of an iteration one job runs at a time, so a job that is between attempts goes on counting as running. */
const queue = createJobQueue({
  table: 'stats.stats_jobs',
  claim: (token, leaseMs) => sql`stats.claim_job(${leaseMs}, ${token}, ${jobHeadStartMs})`,
  pausedState: 'running',
});

export const claimJob = queue.claim;
export const postponeJob = queue.postpone;
export const finishJob = queue.finish;

/** @returns false where the lease was lost, or somebody wants the job to end */
export function extendLease(tx: Tx, lease: JobLease, leaseMs: number): Promise<boolean> {
  return queue.change(tx, lease, sql`due_at = ${fromNow(leaseMs)}`, sql`cancel_requested_at is null`);
}

/**
 * How far the job has come, for whoever looks at it.
 * @returns as `extendLease`
 */
export function writeProgress(tx: Tx, lease: JobLease, progress: number, stage: string): Promise<boolean> {
  return queue.change(tx, lease, sql`progress = ${progress}, stage = ${stage}`, sql`cancel_requested_at is null`);
}

/** Ends a job that somebody wanted to end. @returns false where nobody did, or the lease was lost */
export function finishCancelled(tx: Tx, lease: JobLease): Promise<boolean> {
  return queue.change(
    tx,
    lease,
    sql`state = 'cancelled', finished_at = clock_timestamp(), lease_token = null, error_code = null, error_message = null`,
    sql`cancel_requested_at is not null`,
  );
}

/** @returns false where the lease was lost */
export function writeBounds(tx: Tx, lease: JobLease, bounds: JobBounds): Promise<boolean> {
  return queue.change(tx, lease, sql`bounds = ${jsonb({ ...bounds })}`);
}
