import { claimSchedule, enqueueFinalJob, enqueueJob, hasFinalResult, newestJobs, settleSchedule } from '@stitchd/db/stats';
import type { Tx } from '@stitchd/db/postgres';
import type { Experiment } from '@stitchd/proto/experiment/v1/experiment';
import { withCall } from '@stitchd/service-kit';
import { listRunning } from '../computation/list-running.ts';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import { serviceCall } from '../service-call.ts';
import { dueCause, isOver } from './due-cause.ts';

/** Looks through the experiments of every organisation that was not looked at for an interval, and puts those that are due into the queue. */
export async function enqueueDue(ctx: StatsContext, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const organisationId = await claimSchedule(ctx.database, statsLimits.scheduleLeaseMs);
    if (organisationId === undefined) return;
    const experiments = await withCall(serviceCall({ organisationId }, `schedule-${ctx.newId()}`), () => listRunning(ctx));
    const enqueued = await ctx.database.inTenant(organisationId, async (tx) => {
      const count = await enqueueThose(ctx, tx, organisationId, experiments);
      await settleSchedule(tx, organisationId, ctx.config.interval);
      return count;
    });
    if (enqueued > 0) ctx.log.info({ organisation: organisationId, experiments: enqueued }, 'scheduled computations');
  }
}

async function enqueueThose(
  ctx: StatsContext,
  tx: Tx,
  organisationId: string,
  experiments: readonly Experiment[],
): Promise<number> {
  const newest = await newestJobs(
    tx,
    experiments
      .filter(({ iterationId }) => iterationId !== '')
      .map(({ id, iterationId, iterationNumber }) => ({ experimentId: id, iterationId, iteration: iterationNumber })),
  );
  const current = new Map<string, number>();
  for (const { id, iterationNumber } of experiments) current.set(id, Math.max(iterationNumber, current.get(id) ?? 0));
  const nowMs = ctx.nowMs();
  let enqueued = 0;
  for (const experiment of experiments) {
    const { id: experimentId, projectId, environmentId, iterationId, iterationNumber: iteration } = experiment;
    const isFinal = isOver(experiment, nowMs) && (await hasFinalResult(tx, environmentId, iterationId));
    const cause = dueCause(experiment, { newest: newest.get(iterationId), isFinal }, nowMs);
    // Of an iteration that another one followed, only the last word is still waited for.
    if (cause === undefined || (cause === 'scheduled' && iteration < (current.get(experimentId) ?? 0))) continue;
    const job = { id: ctx.newId(), organisationId, projectId, environmentId, experimentId, iteration };
    if (cause === 'final') await enqueueFinalJob(tx, { ...job, iterationId });
    else await enqueueJob(tx, { ...job, cause });
    enqueued += 1;
  }
  return enqueued;
}
