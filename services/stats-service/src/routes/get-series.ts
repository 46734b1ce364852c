import { create } from '@bufbuild/protobuf';
import { listLooks, resultIteration } from '@stitchd/db/stats';
import { ResultSeriesSchema, type GetSeriesRequest, type ResultSeries } from '@stitchd/proto/stats/v1/stats';
import { problem } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import { experimentScope, refuseUnknown } from './experiment-scope.ts';
import { jsonBytes } from './json-bytes.ts';

/** One metric over time: empty before the first result, and for a metric that had none. */
export async function getSeries(ctx: StatsContext, request: GetSeriesRequest): Promise<ResultSeries> {
  const { experimentId, metricKey, iteration, limit } = request;
  const { organisationId, environmentId } = experimentScope(experimentId);
  const most = statsLimits.mostSeriesPoints;
  if (limit !== 0 && (limit < 2 || limit > most))
    throw problem('VALIDATION_FAILED', `limit is from 2 to ${most}.`, {
      errors: [{ path: '/limit', message: `must be from 2 to ${most}` }],
    });
  const points = await ctx.database.inTenant(organisationId, async (tx) => {
    const iterationId = await resultIteration(tx, { environmentId, experimentId, iteration });
    return iterationId && listLooks(tx, { iterationId, metricKey, limit: limit === 0 ? statsLimits.seriesPoints : limit });
  });
  if (points === undefined) await refuseUnknown(ctx, experimentId);
  return create(ResultSeriesSchema, { points: jsonBytes(points ?? []) });
}
