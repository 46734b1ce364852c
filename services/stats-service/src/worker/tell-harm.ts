import type { Analysis } from '../analysis/analyse.ts';
import type { StatsContext } from '../context.ts';

/**
 * Tells experimentation-service that an iteration does harm, which stops it where its experiment asks for that. A result that is kept
 * stays good where this fails: every look tells it again until the experiment has ended.
 */
export async function tellHarm(ctx: StatsContext, { results, alarms }: Analysis): Promise<void> {
  const { experimentId, iterationId } = results;
  const harms = alarms.filter(({ kind }) => kind === 'harm').flatMap(({ text }) => text);
  if (harms.length === 0) return;
  try {
    const { isStopped } = await ctx.analysis.reportHarm({ experimentId, iterationId, harms });
    if (isStopped)
      ctx.log.warn({ experiment: experimentId, iteration: iterationId }, 'stopped by a harm alarm: the baseline is served');
  } catch (error) {
    ctx.log.error(
      { experiment: experimentId, iteration: iterationId, err: error },
      'harm could not be told: the next result will',
    );
  }
}
