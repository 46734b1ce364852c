import { create } from '@bufbuild/protobuf';
import { listJobs as listRows } from '@stitchd/db/stats';
import { ListJobsResponseSchema, type ListJobsRequest, type ListJobsResponse } from '@stitchd/proto/stats/v1/stats';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import { experimentScope, refuseUnknown } from './experiment-scope.ts';
import { jobMessage } from './job-message.ts';

/** The newest jobs of an experiment, of every kind. */
export async function listJobs(ctx: StatsContext, { experimentId }: ListJobsRequest): Promise<ListJobsResponse> {
  const { organisationId, environmentId } = experimentScope(experimentId);
  const rows = await ctx.database.inTenant(organisationId, (tx) =>
    listRows(tx, environmentId, experimentId, statsLimits.listedJobs),
  );
  if (rows.length === 0) await refuseUnknown(ctx, experimentId);
  return create(ListJobsResponseSchema, { items: rows.map(jobMessage) });
}
