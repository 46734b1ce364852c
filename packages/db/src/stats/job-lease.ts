import { sql } from 'kysely';
import { createJobQueue, type JobLease } from '../job-queue/index.ts';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import type { JobBounds } from './job-row.ts';

export type { JobLease } from '../job-queue/index.ts';

/** Of an experiment one job runs at a time, so a job that is between attempts goes on counting as running. */
const queue = createJobQueue({
  table: 'stats.stats_jobs',
  claim: (token, leaseMs) => sql`stats.claim_job(${leaseMs}, ${token})`,
  pausedState: 'running',
});

export const claimJob = queue.claim;
export const extendLease = queue.extend;
export const postponeJob = queue.postpone;
export const finishJob = queue.finish;

/** @returns false where the lease was lost */
export function writeBounds(tx: Tx, lease: JobLease, bounds: JobBounds): Promise<boolean> {
  return queue.change(tx, lease, sql`bounds = ${jsonb({ ...bounds })}`);
}
