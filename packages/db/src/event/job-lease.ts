import { sql } from 'kysely';
import { createJobQueue, fromNow, type JobLease, type JobQueue } from '../job-queue/index.ts';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import type { JobFields } from './job-row.ts';

export type { JobError, JobLease } from '../job-queue/index.ts';

/**
 * The leases on event-service's jobs.
 * @param kinds - that this worker knows: a newer one leaves its jobs to newer workers
 */
export function eventJobQueue(kinds: readonly string[]): JobQueue {
  return createJobQueue({
    table: 'event.job',
    claim: (token, leaseMs) => sql`event.claim_job(${leaseMs}, ${token}, ${[...kinds]})`,
    pausedState: 'waiting',
  });
}

/** A job that came forward: what it found out is kept beside what others wrote, and earlier attempts are forgiven. @returns false where the lease was lost */
export function writeProgress(queue: JobQueue, tx: Tx, lease: JobLease, progress: JobFields): Promise<boolean> {
  return queue.change(tx, lease, sql`progress = progress || ${jsonb({ ...progress })}, attempts = 1`);
}

/** Lets a job wait for what it can't do itself; that is no failed attempt. @returns false where the lease was lost */
export function parkJob(queue: JobQueue, tx: Tx, lease: JobLease, pauseMs: number): Promise<boolean> {
  return queue.change(
    tx,
    lease,
    sql`state = 'waiting', lease_token = null, attempts = 0, due_at = ${fromNow(pauseMs)}, error_code = null, error_message = null`,
  );
}

/** Ends a job that somebody wanted to end. @returns false where the lease was lost */
export function endCancelled(queue: JobQueue, tx: Tx, lease: JobLease): Promise<boolean> {
  return queue.change(tx, lease, sql`state = 'cancelled', finished_at = clock_timestamp(), lease_token = null`);
}
