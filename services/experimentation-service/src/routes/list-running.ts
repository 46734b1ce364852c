import { listLiveExperiments, listLiveHoldouts } from '@stitchd/db/experiment';
import { decodeCursor, encodeCursor, pageLimits } from '@stitchd/db/postgres';
import type { ListRunningRequest } from '@stitchd/proto/experiment/v1/experiment';
import { readPage, organisationScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentMessage } from '../experiment-message.ts';
import { holdoutAsExperiment } from '../holdouts/holdout-plan.ts';
import { experimentLimits, holdoutLimits } from '../limits.ts';

/** Experiments, and holdouts as such, in the order of their ids. */
export async function listRunning(ctx: ExperimentationContext, request: ListRunningRequest) {
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  const asked = { limit: page.limit, afterId: page.after?.[0] };
  const since = (graceMs: number): Date => new Date(ctx.nowMs() - experimentLimits.settleMs - graceMs);
  const { experiments, holdouts } = await ctx.database.inTenant(organisationScope(), async (tx) => ({
    experiments: await listLiveExperiments(tx, { ...asked, graceSince: since(0) }),
    holdouts: await listLiveHoldouts(tx, { ...asked, limit: page.limit + 1, endedSince: since(holdoutLimits.graceMs) }),
  }));
  const found = [...experiments.items.map(experimentMessage), ...holdouts.map(holdoutAsExperiment)].sort((left, right) =>
    left.id < right.id ? -1 : 1,
  );
  const items = found.slice(0, page.limit);
  const hasMore = experiments.hasMore || found.length > page.limit;
  const last = items.at(-1);
  return { items, nextCursor: hasMore && last !== undefined ? encodeCursor([last.id]) : '' };
}
