import { isUuid } from '@stitchd/core';
import { findJob } from '@stitchd/db/stats';
import type { GetJobRequest, Job } from '@stitchd/proto/stats/v1/stats';
import { problem, environmentScope } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { jobMessage } from './job-message.ts';

export async function getJob(ctx: StatsContext, { id }: GetJobRequest): Promise<Job> {
  const { organisationId, environmentId } = environmentScope();
  const job = isUuid(id) ? await ctx.database.inTenant(organisationId, (tx) => findJob(tx, id)) : undefined;
  if (job === undefined || job.environment_id !== environmentId)
    throw problem('NOT_FOUND', 'There is no such job in this environment.');
  return jobMessage(job);
}
