import { sql, type RawBuilder } from 'kysely';
import type { Database, Tx } from '../postgres/index.ts';

/** The right to work on a job until the lease ends: whoever comes later has another token, and this one is worth nothing. */
export interface JobLease {
  readonly jobId: string;
  readonly organisationId: string;
  readonly token: string;
}

/** Why a job ended badly, or waits for its next attempt. */
export interface JobError {
  /** Stable, upper snake case. */
  readonly code: string;
  readonly message: string;
}

/** The leases on the jobs of one table. What answers a boolean answers false where the lease was lost, and has changed nothing. */
export interface JobQueue {
  /**
   * Takes the job that is due for the longest time, of whatever organisation: one that waits, or one whose worker let its
   * lease end. No two workers get the same.
   */
  readonly claim: (database: Database, token: string, leaseMs: number) => Promise<JobLease | undefined>;
  readonly extend: (tx: Tx, lease: JobLease, leaseMs: number) => Promise<boolean>;
  /** Gives the lease back: whoever is free attempts the job again after the pause. The cause is shown meanwhile. */
  readonly postpone: (tx: Tx, lease: JobLease, pauseMs: number, error: JobError) => Promise<boolean>;
  /** Ends the job. Where the lease was lost, whoever has it ends the job. */
  readonly finish: (tx: Tx, lease: JobLease, error: JobError | undefined) => Promise<boolean>;
  /** Changes columns of the job under the lease, only where a condition holds if one is given. */
  readonly change: (
    tx: Tx,
    lease: JobLease,
    assignments: RawBuilder<unknown>,
    onlyWhere?: RawBuilder<unknown>,
  ) => Promise<boolean>;
}

/** The end of a lease or of a pause, as a value for `due_at`. */
export function fromNow(milliseconds: number): RawBuilder<Date> {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${milliseconds / 1_000})`;
}

/**
 * One queue on PostgreSQL. Its table has the columns id, state, due_at, lease_token, error_code, error_message and finished_at.
 * @param options.table - with its schema
 * @param options.claim - the call of the table's SECURITY DEFINER function, which takes its job with SKIP LOCKED
 * @param options.pausedState - of a job between two attempts
 */
export function createJobQueue(options: {
  readonly table: string;
  readonly claim: (token: string, leaseMs: number) => RawBuilder<unknown>;
  readonly pausedState: 'running' | 'waiting';
}): JobQueue {
  const change: JobQueue['change'] = async (tx, { jobId, token }, assignments, onlyWhere = sql`true`) => {
    const { numAffectedRows } = await sql`
      update ${sql.table(options.table)} set ${assignments}
      where id = ${jobId} and lease_token = ${token} and state = 'running' and ${onlyWhere}`.execute(tx);
    return (numAffectedRows ?? 0n) > 0n;
  };
  return {
    async claim(database, token, leaseMs) {
      const { rows } = await database.beforeTenant((tx) =>
        sql<{ job_id: string; organisation_id: string }>`
          select job_id, organisation_id from ${options.claim(token, leaseMs)}`.execute(tx),
      );
      const [row] = rows;
      return row && { jobId: row.job_id, organisationId: row.organisation_id, token };
    },
    change,
    extend: (tx, lease, leaseMs) => change(tx, lease, sql`due_at = ${fromNow(leaseMs)}`),
    postpone: (tx, lease, pauseMs, error) =>
      change(
        tx,
        lease,
        sql`state = ${options.pausedState}, lease_token = null, due_at = ${fromNow(pauseMs)},
          error_code = ${error.code}, error_message = ${error.message}`,
      ),
    finish: (tx, lease, error) =>
      change(
        tx,
        lease,
        sql`state = ${error === undefined ? 'succeeded' : 'failed'}, finished_at = clock_timestamp(), lease_token = null,
          error_code = ${error?.code ?? null}, error_message = ${error?.message ?? null}`,
      ),
  };
}
