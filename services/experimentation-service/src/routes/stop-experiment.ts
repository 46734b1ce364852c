import type { Experiment, StopExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { problem, requireVersion, environmentScope, currentAuthor } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { readServe } from '../draft/read-serve.ts';
import { experimentJson } from '../experiment-message.ts';
import { advanceSaga } from '../saga/advance-saga.ts';
import { beginStop } from '../saga/begin-stop.ts';
import { sagaAnswer } from '../saga/saga-answer.ts';
import { requireExperiment } from './get-experiment.ts';

/** Ends the measurement; what users see from then on is what the person chose. */
export async function stopExperiment(ctx: ExperimentationContext, request: StopExperimentRequest): Promise<Experiment> {
  const { organisationId, environmentId } = environmentScope();
  const author = currentAuthor();
  const { id } = await ctx.database.inTenant(organisationId, async (tx) => {
    const before = await requireExperiment(tx, environmentId, request.key, { lock: true });
    requireVersion(request.ifVersion, before, experimentJson(before));
    const { iteration_id } = before;
    if ((before.state !== 'running' && before.state !== 'paused') || iteration_id === null)
      throw problem('INVALID_STATE', `Only an experiment that runs or is paused can be stopped; this is ${before.state}.`);
    const serve = readServe(before, request.serve);
    return beginStop(ctx, tx, { ...before, iteration_id }, { serve, author });
  });
  return sagaAnswer(await advanceSaga(ctx, { experimentId: id, organisationId }));
}
