import { create } from '@bufbuild/protobuf';
import { ChecklistSchema, type Checklist, type GetChecklistRequest } from '@stitchd/proto/experiment/v1/experiment';
import { environmentScope } from '@stitchd/service-kit';
import { checklistItems } from '../checklist/checklist-items.ts';
import { powerQuestion } from '../checklist/power-question.ts';
import { startFacts } from '../checklist/start-facts.ts';
import type { ExperimentationContext } from '../context.ts';
import { requireExperiment } from './get-experiment.ts';

/** What speaks for and against a start, or a restart, now. */
export async function getChecklist(ctx: ExperimentationContext, { key }: GetChecklistRequest): Promise<Checklist> {
  const { organisationId, environmentId } = environmentScope();
  const experiment = await ctx.database.inTenant(organisationId, (tx) => requireExperiment(tx, environmentId, key));
  const facts = await startFacts(ctx, experiment);
  const items = checklistItems(facts);
  return create(ChecklistSchema, {
    items: items.map((item) => ({ ...item })),
    mayStart: items.every(({ status }) => status !== 'blocks'),
    powerQuestion: powerQuestion(facts),
  });
}
