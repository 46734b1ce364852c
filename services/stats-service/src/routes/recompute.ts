import { recordChange } from '@stitchd/db/platform';
import { enqueueJob } from '@stitchd/db/stats';
import type { Job, RecomputeRequest } from '@stitchd/proto/stats/v1/stats';
import { currentAuthor, problem, environmentScope } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { jobMessage } from './job-message.ts';

/** Answers at once; the job tells when the results are there. A job that waits already is answered instead of another. */
export async function recompute(ctx: StatsContext, wake: () => void, { experimentId }: RecomputeRequest): Promise<Job> {
  const scope = environmentScope();
  const { experiment, from } = await ctx.analysis.getAnalysisPlan({ experimentId });
  if (from === undefined || experiment === undefined)
    throw problem('INVALID_STATE', 'There is nothing to compute before the experiment has started.');
  const job = await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const enqueued = await enqueueJob(tx, { ...scope, id: ctx.newId(), experimentId, cause: 'on-demand' });
    if (enqueued.isNew)
      await recordChange(tx, ctx.newId, {
        ...scope,
        ...currentAuthor(),
        action: 'stats.recompute',
        resource: { kind: 'experiment', id: experimentId, key: experiment.key },
        after: { job: enqueued.job.id },
      });
    return enqueued.job;
  });
  wake();
  return jobMessage(job);
}
