import { extendLease, writeBounds, type JobBounds, type JobLease, type JobRow } from '@stitchd/db/stats';
import { readFigures } from '../computation/arm-figures.ts';
import { analyseExperiment } from '../computation/experiment-analysis.ts';
import { findPlan, type FoundPlan } from '../computation/find-plan.ts';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';

/** Another worker has the job by now: whatever this one found is worth nothing. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease on the job was lost');
    this.name = 'LeaseLost';
  }
}

/** One attempt of a job; runs in the tenant of its experiment. @throws LeaseLost, and whatever keeps it from a result */
export async function compute(
  ctx: StatsContext,
  job: JobRow,
  lease: JobLease,
  stopping: AbortSignal,
): Promise<ExperimentResults> {
  const found = await findPlan(ctx, job.experiment_id);
  const bounds = job.bounds ?? (await chooseBounds(ctx, found));
  const isOurs = await ctx.database.inTenant(lease.organisationId, (tx) => writeBounds(tx, lease, bounds));
  if (!isOurs) throw new LeaseLost();
  const figures = await whileLeased(ctx, lease, stopping, (signal) => readFigures(ctx.eventStore, found.plan, bounds, signal));
  return analyseExperiment(found.plan, bounds, figures, ctx.nowMs());
}

/** What is stored by now, by the event store's own clock, since that is what stamps items. */
async function chooseBounds(ctx: StatsContext, { from, to }: FoundPlan): Promise<JobBounds> {
  const [row] = await ctx.eventStore.systemQuery<{ now_ms: number }>('SELECT toUnixTimestamp64Milli(now64(3)) AS now_ms');
  if (row === undefined) throw new Error('the event store did not tell its time');
  const dataUntil = new Date(row.now_ms);
  const end = to !== undefined && to < dataUntil ? to : dataUntil;
  return {
    from: from.toISOString(),
    // A period that lies ahead is empty, not inverted.
    to: (end < from ? from : end).toISOString(),
    dataUntil: dataUntil.toISOString(),
  };
}

/** Says again and again that the worker is still there; gives up the work where the lease is lost or the service stops. */
async function whileLeased<T>(
  ctx: StatsContext,
  lease: JobLease,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const beat = setInterval(() => {
    ctx.database
      .inTenant(lease.organisationId, (tx) => extendLease(tx, lease, statsLimits.leaseMs))
      .then((isOurs) => !isOurs && lost.abort())
      .catch((error: unknown) => ctx.log.warn({ job: lease.jobId, err: error }, 'could not extend the lease'));
  }, statsLimits.heartbeatMs);
  try {
    return await work(AbortSignal.any([lost.signal, stopping]));
  } catch (error) {
    if (lost.signal.aborted) throw new LeaseLost();
    throw error;
  } finally {
    clearInterval(beat);
  }
}
