import { listLiveExperiments } from '@stitchd/db/experiment';
import { decodeCursor, encodeCursor, pageLimits } from '@stitchd/db/postgres';
import type { ListRunningRequest } from '@stitchd/proto/experiment/v1/experiment';
import { readPage, organisationScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentMessage } from '../experiment-message.ts';
import { experimentLimits } from '../limits.ts';

export async function listRunning(ctx: ExperimentationContext, request: ListRunningRequest) {
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  const { items, hasMore } = await ctx.database.inTenant(organisationScope(), (tx) =>
    listLiveExperiments(tx, {
      limit: page.limit,
      afterId: page.after?.[0],
      graceSince: new Date(ctx.nowMs() - experimentLimits.settleMs),
    }),
  );
  const last = items.at(-1);
  return { items: items.map(experimentMessage), nextCursor: hasMore && last !== undefined ? encodeCursor([last.id]) : '' };
}
