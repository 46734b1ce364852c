import { create } from '@bufbuild/protobuf';
import { findDetails, resultIteration } from '@stitchd/db/stats';
import { ResultDimensionsSchema, type GetDimensionsRequest, type ResultDimensions } from '@stitchd/proto/stats/v1/stats';
import type { StatsContext } from '../context.ts';
import { experimentScope, refuseUnknown } from './experiment-scope.ts';
import { jsonBytes } from './json-bytes.ts';

/** What the newest result shows beside the whole; nothing before the first. */
export async function getDimensions(ctx: StatsContext, request: GetDimensionsRequest): Promise<ResultDimensions> {
  const { experimentId, iteration } = request;
  const { organisationId, environmentId } = experimentScope(experimentId);
  const details = await ctx.database.inTenant(organisationId, async (tx) => {
    const iterationId = await resultIteration(tx, { environmentId, experimentId, iteration });
    return iterationId && findDetails(tx, iterationId);
  });
  if (details === undefined) await refuseUnknown(ctx, experimentId);
  return create(ResultDimensionsSchema, details === undefined ? {} : { details: jsonBytes(details) });
}
