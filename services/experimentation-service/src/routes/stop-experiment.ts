import { insertSaga, updateExperiment } from '@stitchd/db/experiment';
import type { Experiment, StopExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { problem, requireVersion, environmentScope, currentAuthor } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { readServe } from '../draft/read-serve.ts';
import { experimentJson } from '../experiment-message.ts';
import { sagaLimits } from '../limits.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';
import { advanceSaga } from '../saga/advance-saga.ts';
import { sagaAnswer } from '../saga/saga-answer.ts';
import { requireExperiment } from './get-experiment.ts';

/** Ends the measurement; what users see from then on is what the person chose. */
export async function stopExperiment(ctx: ExperimentationContext, request: StopExperimentRequest): Promise<Experiment> {
  const { organisationId, environmentId } = environmentScope();
  const author = currentAuthor();
  const { id } = await ctx.database.inTenant(organisationId, async (tx) => {
    const before = await requireExperiment(tx, environmentId, request.key, { lock: true });
    requireVersion(request.ifVersion, before, experimentJson(before));
    if ((before.state !== 'running' && before.state !== 'paused') || before.iteration_id === null)
      throw problem('INVALID_STATE', `Only an experiment that runs or is paused can be stopped; this is ${before.state}.`);
    const serve = readServe(before, request.serve);
    const after = await updateExperiment(tx, before.id, { state: 'stopping' });
    const saga = { experimentId: before.id, organisationId, iterationId: before.iteration_id, serve, ...author };
    await insertSaga(tx, saga, sagaLimits.leaseMs);
    await recordExperimentChange(tx, ctx.newId, author, { action: 'experiment.stop', before, after });
    return after;
  });
  return sagaAnswer(await advanceSaga(ctx, { experimentId: id, organisationId }));
}
