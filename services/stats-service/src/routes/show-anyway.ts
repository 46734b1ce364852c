import { create } from '@bufbuild/protobuf';
import { recordChange } from '@stitchd/db/platform';
import { lastResult } from '@stitchd/db/stats';
import { ShowAnywayResponseSchema, type ShowAnywayRequest, type ShowAnywayResponse } from '@stitchd/proto/stats/v1/stats';
import { currentAuthor, problem } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';
import { experimentScope } from './experiment-scope.ts';

/**
 * Who looks at lifts of broken data may be led by them: that they did stands in the activity, with what was wrong.
 * @throws INVALID_STATE where nothing is held back
 */
export async function showAnyway(ctx: StatsContext, { experimentId }: ShowAnywayRequest): Promise<ShowAnywayResponse> {
  const scope = experimentScope(experimentId);
  const { experiment } = await ctx.analysis.getAnalysisPlan({ experimentId });
  await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const last = await lastResult(tx, { environmentId: scope.environmentId, experimentId, iteration: 0 });
    const results = last?.results as unknown as ExperimentResults | undefined;
    if (results?.decision.code !== 'broken')
      throw problem('INVALID_STATE', 'Nothing is held back: the newest results are not broken.');
    const { iteration, computedAt, decision } = results;
    await recordChange(tx, ctx.newId, {
      ...scope,
      ...currentAuthor(),
      action: 'stats.show-anyway',
      resource: { kind: 'experiment', id: experimentId, key: experiment?.key ?? results.experimentKey },
      after: { iteration, computedAt, broken: [...decision.detail] },
    });
  });
  return create(ShowAnywayResponseSchema);
}
