import { sql } from 'kysely';
import { jsonb } from '../platform/index.ts';
import type { Database, Tx } from '../postgres/index.ts';
import type { JobBounds } from './job-row.ts';

/** The right to work on a job until the lease ends: whoever comes later has another token, and this one is worth nothing. */
export interface JobLease {
  readonly jobId: string;
  readonly organisationId: string;
  readonly token: string;
}

/**
 * Takes the job that is due for the longest time, of whatever organisation: one that waits, or one whose worker let its
 * lease end. No two workers get the same.
 */
export async function claimJob(database: Database, token: string, leaseMs: number): Promise<JobLease | undefined> {
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ job_id: string; organisation_id: string }>`
      select job_id, organisation_id from stats.claim_job(${leaseMs}, ${token})`.execute(tx),
  );
  const [row] = rows;
  return row && { jobId: row.job_id, organisationId: row.organisation_id, token };
}

function leased(tx: Tx, { jobId, token }: JobLease) {
  return tx
    .updateTable('stats.stats_jobs')
    .where('id', '=', jobId)
    .where('lease_token', '=', token)
    .where('state', '=', 'running');
}

function fromNow(milliseconds: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${milliseconds / 1_000})`;
}

/** @returns false where the lease was lost */
export async function extendLease(tx: Tx, lease: JobLease, leaseMs: number): Promise<boolean> {
  const result = await leased(tx, lease)
    .set({ due_at: fromNow(leaseMs) })
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** @returns false where the lease was lost */
export async function writeBounds(tx: Tx, lease: JobLease, bounds: JobBounds): Promise<boolean> {
  const result = await leased(tx, lease)
    .set({ bounds: jsonb({ ...bounds }) })
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Gives the lease back: whoever is free attempts the job again after the pause. The cause is shown meanwhile. */
export async function postponeJob(
  tx: Tx,
  lease: JobLease,
  pauseMs: number,
  error: { readonly code: string; readonly message: string },
): Promise<boolean> {
  const result = await leased(tx, lease)
    .set({ lease_token: null, due_at: fromNow(pauseMs), error_code: error.code, error_message: error.message })
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Ends the job. @returns false where the lease was lost: then whoever has it ends the job */
export async function finishJob(
  tx: Tx,
  lease: JobLease,
  error: { readonly code: string; readonly message: string } | undefined,
): Promise<boolean> {
  const result = await leased(tx, lease)
    .set({
      state: error === undefined ? 'succeeded' : 'failed',
      finished_at: sql<Date>`clock_timestamp()`,
      lease_token: null,
      error_code: error?.code ?? null,
      error_message: error?.message ?? null,
    })
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
