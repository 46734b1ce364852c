import { experimentKinds, experimentStates, listExperiments as listRows } from '@stitchd/db/experiment';
import { decodeCursor, encodeCursor, pageLimits } from '@stitchd/db/postgres';
import type { ListExperimentsRequest } from '@stitchd/proto/experiment/v1/experiment';
import { problem, readPage, environmentScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentMessage } from '../experiment-message.ts';

export async function listExperiments(ctx: ExperimentationContext, request: ListExperimentsRequest) {
  const { organisationId, environmentId } = environmentScope();
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  if (request.state !== '' && !experimentStates.some((state) => state === request.state))
    throw problem('VALIDATION_FAILED', `state must be one of ${experimentStates.join(', ')}.`);
  if (request.kind !== '' && !experimentKinds.some((kind) => kind === request.kind))
    throw problem('VALIDATION_FAILED', `kind must be one of ${experimentKinds.join(', ')}.`);
  const { items, hasMore, total } = await ctx.database.inTenant(organisationId, (tx) =>
    listRows(tx, {
      environmentId,
      limit: page.limit,
      afterKey: page.after?.[0],
      text: page.query,
      state: request.state,
      flagKey: request.flagKey,
      metricKey: request.metricKey,
      kind: request.kind,
      archived: request.archived,
    }),
  );
  const last = items.at(-1);
  return {
    items: items.map(experimentMessage),
    nextCursor: hasMore && last !== undefined ? encodeCursor([last.key]) : '',
    total,
  };
}
