import {
  endCancelled,
  findJob,
  forgetOldJobs,
  makeJobDue,
  parkJob,
  writeProgress,
  type JobError,
  type JobLease,
  type JobRow,
} from '@stitchd/db/event';
import type { Tx } from '@stitchd/db/postgres';
import { LeaseLost, retryPauseMs, whileLeased, withCall, type EnvironmentScope, type Principal } from '@stitchd/service-kit';
import { jobFailureOf, type JobFailure } from './job-failure.ts';
import type { JobHandler, RunningJob } from './job-handler.ts';
import { jobLimits } from './job-limits.ts';
import type { JobWorkerParts } from './start-job-workers.ts';

/** How one attempt of a job ended. */
export type Attempt = 'succeeded' | 'failed' | 'cancelled' | 'parked' | 'postponed' | 'lost';

/** Attempts a job whose lease the caller has just taken. @throws where the configuration store does not answer: the lease ends by itself */
export async function runJob(parts: JobWorkerParts, lease: JobLease, stopping: AbortSignal): Promise<Attempt> {
  const { database, log } = parts;
  const row = await database.inTenant(lease.organisationId, (tx) => findJob(tx, lease.jobId));
  const handler = parts.handlers.find(({ kind }) => kind === row?.kind);
  if (row === undefined || handler === undefined) return 'lost';
  const ending = { parts, lease, row, handler };
  if (row.cancelling) return end(ending, 'cancelled');
  if (row.attempts > jobLimits.attempts && handler.isTriedUntilDone !== true) return end(ending, exhausted(row));
  const cancelled = new AbortController();
  try {
    const outcome = await attempt(ending, AbortSignal.any([stopping, cancelled.signal]), () => cancelled.abort());
    if (outcome.kind === 'done') return await end(ending, undefined);
    return await underLease(ending, 'parked', async (tx) => {
      const isOurs = await parkJob(parts.queue, tx, lease, outcome.pauseMs);
      const parked = isOurs ? await findJob(tx, row.id) : undefined;
      if (parked !== undefined && outcome.isDue?.(parked) === true) await makeJobDue(tx, row.id);
      return isOurs;
    });
  } catch (error) {
    if (error instanceof LeaseLost) return 'lost';
    if (cancelled.signal.aborted) return end(ending, 'cancelled');
    const failure = jobFailureOf(error);
    log.warn({ job: row.id, kind: row.kind, attempt: row.attempts, code: failure.code, err: error }, 'a job failed');
    // A service that stops gives its job to the others at once.
    if (stopping.aborted) return postpone(ending, failure, 0);
    if (failure.isPassing) return postpone(ending, failure, pauseAfter(row.attempts));
    return end(ending, failure);
  }
}

interface Ending {
  readonly parts: JobWorkerParts;
  readonly lease: JobLease;
  readonly row: JobRow;
  readonly handler: JobHandler;
}

function attempt({ parts, lease, row, handler }: Ending, stopping: AbortSignal, onCancelled: () => void) {
  const { database, queue, log } = parts;
  const scope: EnvironmentScope = {
    organisationId: row.organisation_id,
    projectId: row.project_id,
    environmentId: row.environment_id,
  };
  const principal: Principal = { kind: 'service', id: 'event-service', name: 'event-service', ...scope };
  const inTenant: RunningJob['inTenant'] = (work) =>
    database.inTenant(lease.organisationId, async (tx) => {
      if (!(await queue.extend(tx, lease, jobLimits.leaseMs))) throw new LeaseLost();
      return work(tx);
    });
  const extend = async (): Promise<boolean> => {
    const { isOurs, isCancelled } = await database.inTenant(lease.organisationId, async (tx) => ({
      isOurs: await queue.extend(tx, lease, jobLimits.leaseMs),
      isCancelled: (await findJob(tx, row.id))?.cancelling ?? true,
    }));
    if (isOurs && isCancelled) onCancelled();
    return isOurs;
  };
  const onTrouble = (error: unknown): void => log.warn({ job: row.id, err: error }, 'could not extend the lease');
  return withCall({ requestId: `job-${row.id}`, principal, deadlineMs: undefined }, () =>
    whileLeased({ heartbeatMs: jobLimits.heartbeatMs, extend, onTrouble, stopping }, (signal) =>
      handler.attempt({
        row,
        scope,
        signal,
        inTenant,
        checkpoint: (progress, also) =>
          inTenant(async (tx) => {
            await writeProgress(queue, tx, lease, progress);
            await also?.(tx);
          }),
      }),
    ),
  );
}

function pauseAfter(attempts: number): number {
  return Math.min(retryPauseMs(jobLimits.retryDelayMs, attempts), jobLimits.longestRetryMs);
}

function exhausted(row: JobRow): JobError {
  const last = row.error_message === null ? '' : ` The last attempt said: ${row.error_message}`;
  return { code: 'ATTEMPTS_EXHAUSTED', message: `The job was begun ${row.attempts - 1} times and came no further.${last}` };
}

async function underLease<T extends Attempt>(
  { parts, lease }: Ending,
  attempted: T,
  change: (tx: Tx) => Promise<boolean>,
): Promise<T | 'lost'> {
  const isOurs = await parts.database.inTenant(lease.organisationId, change);
  return isOurs ? attempted : 'lost';
}

function postpone(ending: Ending, failure: JobFailure, pauseMs: number): Promise<Attempt> {
  return underLease(ending, 'postponed', (tx) => ending.parts.queue.postpone(tx, ending.lease, pauseMs, failure));
}

function end(ending: Ending, how: JobError | 'cancelled' | undefined): Promise<Attempt> {
  const { parts, lease, row, handler } = ending;
  const attempted = how === 'cancelled' ? 'cancelled' : how === undefined ? 'succeeded' : 'failed';
  return underLease(ending, attempted, async (tx) => {
    const isOurs = how === 'cancelled' ? await endCancelled(parts.queue, tx, lease) : await parts.queue.finish(tx, lease, how);
    if (!isOurs) return false;
    await handler.ended?.(tx, row);
    await forgetOldJobs(tx, row.environment_id, jobLimits);
    return true;
  });
}
