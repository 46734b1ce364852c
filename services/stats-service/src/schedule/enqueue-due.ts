import { claimSchedule, enqueueJob, settleSchedule } from '@stitchd/db/stats';
import type { Experiment } from '@stitchd/proto/experiment/v1/experiment';
import { withCall } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import { serviceCall } from '../service-call.ts';

/** Puts the running experiments of every organisation that is due into the queue. */
export async function enqueueDue(ctx: StatsContext, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const organisationId = await claimSchedule(ctx.database, statsLimits.scheduleLeaseMs);
    if (organisationId === undefined) return;
    const experiments = await withCall(serviceCall({ organisationId }, `schedule-${ctx.newId()}`), () => listRunning(ctx));
    await ctx.database.inTenant(organisationId, async (tx) => {
      for (const { id: experimentId, projectId, environmentId } of experiments)
        await enqueueJob(tx, { id: ctx.newId(), organisationId, projectId, environmentId, experimentId, cause: 'scheduled' });
      await settleSchedule(tx, organisationId, ctx.config.interval);
    });
    ctx.log.info({ organisation: organisationId, experiments: experiments.length }, 'scheduled computations');
  }
}

/** Of the organisation in whose name the call is made. */
async function listRunning(ctx: StatsContext) {
  const items: Experiment[] = [];
  let cursor = '';
  do {
    const page = await ctx.analysis.listRunning({ page: { cursor } });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== '');
  return items;
}
