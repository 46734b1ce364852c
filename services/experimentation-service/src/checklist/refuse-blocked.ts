import type { ExperimentState } from '@stitchd/db/experiment';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { requireExperiment } from '../routes/get-experiment.ts';
import { checklistItems } from './checklist-items.ts';
import { startFacts } from './start-facts.ts';

/**
 * Looks through the checklist before a start. One in another state is not looked at: that is said first, by whoever starts it.
 * @throws START_BLOCKED naming everything that blocks
 */
export async function refuseBlocked(ctx: ExperimentationContext, key: string, from: ExperimentState): Promise<void> {
  const { organisationId, environmentId } = environmentScope();
  const experiment = await ctx.database.inTenant(organisationId, (tx) => requireExperiment(tx, environmentId, key));
  if (experiment.state !== from) return;
  const blocking = checklistItems(await startFacts(ctx, experiment)).filter(({ status }) => status === 'blocks');
  if (blocking.length === 0) return;
  throw problem('START_BLOCKED', `${blocking.map(({ title }) => title).join('; ')}.`, {
    errors: blocking.map(({ check, title, remedy }) => ({ path: check, message: `${title}. ${remedy}` })),
  });
}
