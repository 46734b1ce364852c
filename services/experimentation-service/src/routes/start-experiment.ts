import { insertSaga, updateExperiment } from '@stitchd/db/experiment';
import type { Experiment, StartExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { problem, requireVersion, environmentScope, currentAuthor } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentJson } from '../experiment-message.ts';
import { sagaLimits } from '../limits.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';
import { advanceSaga } from '../saga/advance-saga.ts';
import { sagaAnswer } from '../saga/saga-answer.ts';
import { requireExperiment } from './get-experiment.ts';

/** Answers the running experiment, or one that is `starting` where flag-service can't be asked now: it is finished later. */
export async function startExperiment(ctx: ExperimentationContext, request: StartExperimentRequest): Promise<Experiment> {
  const { organisationId, environmentId } = environmentScope();
  const author = currentAuthor();
  const { id } = await ctx.database.inTenant(organisationId, async (tx) => {
    const before = await requireExperiment(tx, environmentId, request.key, { lock: true });
    requireVersion(request.ifVersion, before, experimentJson(before));
    if (before.state !== 'draft') throw problem('INVALID_STATE', `Only a draft can be started; this is ${before.state}.`);
    const after = await updateExperiment(tx, before.id, { state: 'starting', start_problem: null });
    const saga = { experimentId: before.id, organisationId, iterationId: ctx.newId(), ...author };
    await insertSaga(tx, saga, sagaLimits.leaseMs);
    await recordExperimentChange(tx, ctx.newId, author, { action: 'experiment.start', before, after });
    return after;
  });
  return sagaAnswer(await advanceSaga(ctx, { experimentId: id, organisationId }));
}
