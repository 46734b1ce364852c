import { create } from '@bufbuild/protobuf';
import { isUuid } from '@stitchd/core';
import { setDecision } from '@stitchd/db/experiment';
import { RecordDecisionResponseSchema, type RecordDecisionRequest } from '@stitchd/proto/experiment/v1/experiment';
import { organisationScope, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentLimits } from '../limits.ts';

/** Keeps the last decision of an iteration beside it, so that later ones can name how it ended. */
export async function recordDecision(ctx: ExperimentationContext, { iterationId, decision }: RecordDecisionRequest) {
  if (!isUuid(iterationId) || decision.length > experimentLimits.decisionLength)
    throw problem('VALIDATION_FAILED', 'iteration_id must be a UUID, and decision a code.');
  await ctx.database.inTenant(organisationScope(), (tx) => setDecision(tx, iterationId, decision));
  return create(RecordDecisionResponseSchema);
}
