import { isUuid } from '@stitchd/core';
import { recordChange } from '@stitchd/db/platform';
import { cancelJob as cancelRow, findJob } from '@stitchd/db/stats';
import type { CancelJobRequest, Job } from '@stitchd/proto/stats/v1/stats';
import { currentAuthor, environmentScope, problem } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { jobMessage } from './job-message.ts';

/** A job in nobody's hands ends at once; whoever works on another one is told. */
export async function cancelJob(ctx: StatsContext, { id }: CancelJobRequest): Promise<Job> {
  const scope = environmentScope();
  if (!isUuid(id)) throw problem('NOT_FOUND', 'There is no such job in this environment.');
  const job = await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const cancelled = await cancelRow(tx, scope.environmentId, id);
    if (cancelled === undefined) {
      const known = await findJob(tx, id);
      throw known?.environment_id === scope.environmentId
        ? problem(
            'INVALID_STATE',
            `The job has ended already: it ${known.state === 'cancelled' ? 'was cancelled' : known.state}.`,
          )
        : problem('NOT_FOUND', 'There is no such job in this environment.');
    }
    await recordChange(tx, ctx.newId, {
      ...scope,
      ...currentAuthor(),
      action: 'stats.cancel',
      resource: { kind: 'job', id, key: cancelled.kind },
      after: { experiment: cancelled.experiment_id, state: cancelled.state },
    });
    return cancelled;
  });
  ctx.runningJobs.cancel(id);
  return jobMessage(job);
}
