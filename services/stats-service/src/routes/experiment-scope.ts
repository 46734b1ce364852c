import { isUuid } from '@stitchd/core';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';

/** Where an experiment's results are looked for. @throws NOT_FOUND for what can't be one's id */
export function experimentScope(experimentId: string) {
  if (!isUuid(experimentId)) throw problem('NOT_FOUND', 'There is no such experiment in this environment.');
  return environmentScope();
}

/** Nothing was ever computed: whether the experiment exists is known elsewhere, and answered so. @throws NOT_FOUND */
export async function refuseUnknown(ctx: StatsContext, experimentId: string): Promise<void> {
  await ctx.analysis.getAnalysisPlan({ experimentId });
}
