import { claimJob } from '@stitchd/db/stats';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import { runJob } from './run-job.ts';

/** Attempts jobs that are due, one after the other, until none is or `stopping` says to stop. */
export async function workOff(ctx: StatsContext, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const lease = await claimJob(ctx.database, ctx.newToken(), statsLimits.leaseMs);
    if (lease === undefined) return;
    const startedMs = ctx.nowMs();
    const attempt = await runJob(ctx, lease, stopping);
    ctx.observed.attempted(attempt, ctx.nowMs() - startedMs);
    ctx.log.info({ job: lease.jobId, attempt, durationMs: ctx.nowMs() - startedMs }, 'attempted a computation');
  }
}
