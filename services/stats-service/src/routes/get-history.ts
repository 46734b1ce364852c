import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { listDecisions } from '@stitchd/db/stats';
import {
  DecisionChangeSchema,
  ResultHistorySchema,
  type GetHistoryRequest,
  type ResultHistory,
} from '@stitchd/proto/stats/v1/stats';
import type { StatsContext } from '../context.ts';
import { experimentScope, refuseUnknown } from './experiment-scope.ts';

/** How the decision changed, over all iterations, the newest first. */
export async function getHistory(ctx: StatsContext, { experimentId }: GetHistoryRequest): Promise<ResultHistory> {
  const { organisationId, environmentId } = experimentScope(experimentId);
  const changes = await ctx.database.inTenant(organisationId, (tx) => listDecisions(tx, environmentId, experimentId));
  if (changes.length === 0) await refuseUnknown(ctx, experimentId);
  const items = changes.map(({ at, detail, variant, ...change }) =>
    create(DecisionChangeSchema, { ...change, at: timestampFromDate(at), variant: variant ?? '', detail: [...detail] }),
  );
  return create(ResultHistorySchema, { items });
}
