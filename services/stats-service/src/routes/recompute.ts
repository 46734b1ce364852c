import { recordChange } from '@stitchd/db/platform';
import { enqueueFinalJob, enqueueJob } from '@stitchd/db/stats';
import type { Job, RecomputeRequest } from '@stitchd/proto/stats/v1/stats';
import { currentAuthor, problem, environmentScope } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { isOver } from '../schedule/due-cause.ts';
import { jobMessage } from './job-message.ts';

/** Answers at once; the job tells when the results are there. A job that waits already is answered instead of another. */
export async function recompute(ctx: StatsContext, wake: () => void, { experimentId, full }: RecomputeRequest): Promise<Job> {
  const scope = environmentScope();
  const { experiment, from } = await ctx.analysis.getAnalysisPlan({ experimentId });
  if (from === undefined || experiment === undefined)
    throw problem('INVALID_STATE', 'There is nothing to compute before the experiment has started.');
  const job = await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const { iterationNumber: iteration, iterationId } = experiment;
    const asked = { ...scope, id: ctx.newId(), experimentId, iteration, isUrgent: true };
    // Whoever asks before the schedule does gets the last word already.
    const enqueued = isOver(experiment, ctx.nowMs())
      ? await enqueueFinalJob(tx, { ...asked, iterationId })
      : await enqueueJob(tx, { ...asked, isFull: full, cause: 'on-demand' });
    if (enqueued === undefined)
      throw problem('INVALID_STATE', 'The results are final: the experiment has stopped, and its grace period is over.');
    if (enqueued.isNew)
      await recordChange(tx, ctx.newId, {
        ...scope,
        ...currentAuthor(),
        action: 'stats.recompute',
        resource: { kind: 'experiment', id: experimentId, key: experiment.key },
        after: { job: enqueued.job.id, ...(full && { full }) },
      });
    return enqueued.job;
  });
  wake();
  return jobMessage(job);
}
