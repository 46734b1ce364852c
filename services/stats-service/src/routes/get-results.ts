import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { hasFinalResult, lastJob, lastResult } from '@stitchd/db/stats';
import { ResultsResponseSchema, type GetResultsRequest, type ResultsResponse } from '@stitchd/proto/stats/v1/stats';
import type { StatsContext } from '../context.ts';
import { experimentScope, refuseUnknown } from './experiment-scope.ts';
import { jsonBytes } from './json-bytes.ts';
import { jobMessage } from './job-message.ts';

/**
 * The last good results, with the iteration that they are of, and marked stale where an attempt after them failed; nothing but the last
 * job where there are none.
 */
export async function getResults(ctx: StatsContext, { experimentId, iteration }: GetResultsRequest): Promise<ResultsResponse> {
  const { organisationId, environmentId } = experimentScope(experimentId);
  const { result, job, isFinal } = await ctx.database.inTenant(organisationId, async (tx) => {
    const result = await lastResult(tx, { environmentId, experimentId, iteration });
    const job = await lastJob(tx, { environmentId, experimentId, iteration });
    return { result, job, isFinal: result !== undefined && (await hasFinalResult(tx, environmentId, result.iterationId)) };
  });
  if (job === undefined) await refuseUnknown(ctx, experimentId);
  return create(ResultsResponseSchema, {
    ...(result && {
      results: jsonBytes(result.results),
      computedAt: timestampFromDate(result.computedAt),
      iteration: result.iteration,
    }),
    stale: result?.isStale ?? false,
    final: isFinal,
    lastJob: job && jobMessage(job),
  });
}
