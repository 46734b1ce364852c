import { extendLease, writeProgress, type JobLease } from '@stitchd/db/stats';
import { LeaseLost, whileLeased } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';

/** Works while the job is this worker's and nobody wants it to end. @throws LeaseLost, and what `work` throws */
export function holdingLease<T>(
  ctx: StatsContext,
  lease: JobLease,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return whileLeased(
    {
      heartbeatMs: statsLimits.heartbeatMs,
      extend: () => ctx.database.inTenant(lease.organisationId, (tx) => extendLease(tx, lease, statsLimits.leaseMs)),
      onTrouble: (error) => ctx.log.warn({ job: lease.jobId, err: error }, 'could not extend the lease'),
      stopping,
    },
    work,
  );
}

/**
 * Says how far a job has come.
 * @param progress - from 0 to 1
 * @param stage - a few words for whoever waits
 * @throws LeaseLost where the job is another's, or somebody wants it to end
 */
export async function tellProgress(ctx: StatsContext, lease: JobLease, progress: number, stage: string): Promise<void> {
  const isOurs = await ctx.database.inTenant(lease.organisationId, (tx) => writeProgress(tx, lease, progress, stage));
  if (!isOurs) throw new LeaseLost();
}
