import { create, type JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { findReplay, lastJob } from '@stitchd/db/stats';
import { ReplayResponseSchema, type GetReplayRequest, type ReplayResponse } from '@stitchd/proto/stats/v1/planning';
import type { StatsContext } from '../context.ts';
import { experimentScope, refuseUnknown } from './experiment-scope.ts';
import { jobMessage } from './job-message.ts';

/** The newest replay of an experiment, and the last attempt at one. */
export async function getReplay(ctx: StatsContext, { experimentId }: GetReplayRequest): Promise<ReplayResponse> {
  const { organisationId, environmentId } = experimentScope(experimentId);
  const { replay, job } = await ctx.database.inTenant(organisationId, async (tx) => ({
    replay: await findReplay(tx, environmentId, experimentId),
    job: await lastJob(tx, { environmentId, experimentId, iteration: 0 }, 'aa-replay'),
  }));
  if (job === undefined) await refuseUnknown(ctx, experimentId);
  return create(ReplayResponseSchema, {
    ...(replay && { replay: replay.result as JsonObject, computedAt: timestampFromDate(replay.computedAt) }),
    lastJob: job && jobMessage(job),
  });
}
