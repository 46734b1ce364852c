import {
  earlierIterations,
  listLiveExperiments,
  listLiveHoldouts,
  readPeriods,
  type ExperimentRow,
} from '@stitchd/db/experiment';
import { decodeCursor, encodeCursor, pageLimits, type Tx } from '@stitchd/db/postgres';
import type { Experiment, ListRunningRequest } from '@stitchd/proto/experiment/v1/experiment';
import { readPage, organisationScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentMessage } from '../experiment-message.ts';
import { holdoutAsExperiment } from '../holdouts/holdout-plan.ts';
import { measuredExperiment } from '../iterations/measured-experiment.ts';
import { experimentLimits, holdoutLimits } from '../limits.ts';

/**
 * Experiments, and holdouts as such, in the order of their ids; earlier iterations stand behind the experiment, so that a page may have
 * more items than its limit.
 */
export async function listRunning(ctx: ExperimentationContext, request: ListRunningRequest) {
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  const asked = { limit: page.limit, afterId: page.after?.[0] };
  const since = (graceMs: number): Date => new Date(ctx.nowMs() - experimentLimits.settleMs - graceMs);
  const { experiments, holdouts, earlier } = await ctx.database.inTenant(organisationScope(), async (tx) => {
    const experiments = await listLiveExperiments(tx, { ...asked, graceSince: since(0) });
    return {
      experiments,
      holdouts: await listLiveHoldouts(tx, { ...asked, limit: page.limit + 1, endedSince: since(holdoutLimits.graceMs) }),
      earlier: await findEarlier(tx, experiments.items, since(0)),
    };
  });
  const found = [...experiments.items.map(experimentMessage), ...holdouts.map(holdoutAsExperiment)].sort((left, right) =>
    left.id < right.id ? -1 : 1,
  );
  const listed = found.slice(0, page.limit);
  const hasMore = experiments.hasMore || found.length > page.limit;
  const last = listed.at(-1);
  const items = listed.flatMap((each) => [each, ...(earlier.get(each.id) ?? [])]);
  return { items, nextCursor: hasMore && last !== undefined ? encodeCursor([last.id]) : '' };
}

/** By experiment, each as a stopped experiment. */
async function findEarlier(
  tx: Tx,
  rows: readonly ExperimentRow[],
  graceSince: Date,
): Promise<ReadonlyMap<string, readonly Experiment[]>> {
  const iterations = await earlierIterations(tx, { experimentIds: rows.map(({ id }) => id), graceSince });
  const periods = await readPeriods(
    tx,
    iterations.map(({ id }) => id),
  );
  return new Map(
    rows.map((row) => [
      row.id,
      iterations
        .filter((iteration) => iteration.experiment_id === row.id)
        .map((iteration) => measuredExperiment(row, iteration, periods.get(iteration.id) ?? [])),
    ]),
  );
}
