import { create, type JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isUuid } from '@stitchd/core';
import { lastJob, lastResult } from '@stitchd/db/stats';
import { ResultsResponseSchema, type GetResultsRequest, type ResultsResponse } from '@stitchd/proto/stats/v1/stats';
import { problem, environmentScope } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { jobMessage } from './job-message.ts';

/** The last good results, marked stale where an attempt after them failed; nothing but the last job where there are none. */
export async function getResults(ctx: StatsContext, { experimentId }: GetResultsRequest): Promise<ResultsResponse> {
  const { organisationId, environmentId } = environmentScope();
  if (!isUuid(experimentId)) throw problem('NOT_FOUND', 'There is no such experiment in this environment.');
  const [result, job] = await ctx.database.inTenant(organisationId, async (tx) => [
    await lastResult(tx, environmentId, experimentId),
    await lastJob(tx, environmentId, experimentId),
  ]);
  // Nothing was ever computed: whether the experiment exists is known elsewhere, and answered so.
  if (job === undefined) await ctx.analysis.getAnalysisPlan({ experimentId });
  return create(ResultsResponseSchema, {
    ...(result && { results: result.results as JsonObject, computedAt: timestampFromDate(result.computedAt) }),
    stale: result?.isStale ?? false,
    lastJob: job && jobMessage(job),
  });
}
