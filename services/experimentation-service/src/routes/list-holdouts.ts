import { holdoutStates, listHoldouts as listRows } from '@stitchd/db/experiment';
import { decodeCursor, encodeCursor, pageLimits } from '@stitchd/db/postgres';
import type { Holdout, ListHoldoutsRequest } from '@stitchd/proto/experiment/v1/holdouts';
import { environmentScope, problem, readPage } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { describeHoldout } from '../holdouts/holdout-message.ts';

export async function listHoldouts(ctx: ExperimentationContext, request: ListHoldoutsRequest) {
  const { organisationId, environmentId } = environmentScope();
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  if (request.state !== '' && !holdoutStates.some((state) => state === request.state))
    throw problem('VALIDATION_FAILED', `state must be one of ${holdoutStates.join(', ')}.`);
  return ctx.database.inTenant(organisationId, async (tx) => {
    const { items, hasMore, total } = await listRows(tx, {
      environmentId,
      limit: page.limit,
      afterKey: page.after?.[0],
      text: page.query,
      state: request.state,
    });
    const described: Holdout[] = [];
    for (const row of items) described.push(await describeHoldout(tx, row));
    const last = items.at(-1);
    return { items: described, nextCursor: hasMore && last !== undefined ? encodeCursor([last.key]) : '', total };
  });
}
