import { recordChange } from '@stitchd/db/platform';
import { enqueueFinalJob, enqueueJob } from '@stitchd/db/stats';
import type { Job, RecomputeRequest } from '@stitchd/proto/stats/v1/stats';
import { currentAuthor, problem, environmentScope } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { isOver } from '../schedule/due-cause.ts';
import { jobMessage } from './job-message.ts';

/**
 * Answers at once; the job tells when the results are there. A job that waits already is answered instead of another. An earlier
 * iteration is computed like a stopped experiment: while late data counts, and once after, however long ago that was.
 * @throws INVALID_STATE where nothing was started, or the results are final; NOT_FOUND for an iteration that there was not
 */
export async function recompute(
  ctx: StatsContext,
  wake: () => void,
  { experimentId, full, iteration: asked }: RecomputeRequest,
): Promise<Job> {
  const scope = environmentScope();
  if (asked < 0) throw problem('VALIDATION_FAILED', 'Iterations are counted from 1.');
  const { experiment, from } = await ctx.analysis.getAnalysisPlan({ experimentId, iteration: asked });
  if (from === undefined || experiment === undefined)
    throw problem('INVALID_STATE', 'There is nothing to compute before the experiment has started.');
  const job = await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const { iterationNumber: iteration, iterationId } = experiment;
    const job = { ...scope, id: ctx.newId(), experimentId, iteration, isUrgent: true };
    // Whoever asks before the schedule does gets the last word already.
    const enqueued = isOver(experiment, ctx.nowMs())
      ? await enqueueFinalJob(tx, { ...job, iterationId })
      : await enqueueJob(tx, { ...job, isFull: full, cause: 'on-demand' });
    if (enqueued === undefined)
      throw problem(
        'INVALID_STATE',
        `The results of iteration ${iteration} are final: it has stopped, and its grace period is over.`,
      );
    if (enqueued.isNew)
      await recordChange(tx, ctx.newId, {
        ...scope,
        ...currentAuthor(),
        action: 'stats.recompute',
        resource: { kind: 'experiment', id: experimentId, key: experiment.key },
        after: { job: enqueued.job.id, ...(full && { full }), ...(asked !== 0 && { iteration }) },
      });
    return enqueued.job;
  });
  wake();
  return jobMessage(job);
}
