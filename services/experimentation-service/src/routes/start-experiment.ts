import { insertSaga, updateExperiment, type ExperimentState } from '@stitchd/db/experiment';
import type { Experiment, RestartExperimentRequest, StartExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { problem, requireVersion, environmentScope, currentAuthor } from '@stitchd/service-kit';
import { refuseBlocked } from '../checklist/refuse-blocked.ts';
import type { ExperimentationContext } from '../context.ts';
import { experimentJson } from '../experiment-message.ts';
import { sagaLimits } from '../limits.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';
import { advanceSaga } from '../saga/advance-saga.ts';
import { sagaAnswer } from '../saga/saga-answer.ts';
import { requireExperiment } from './get-experiment.ts';

/** Answers the running experiment, or one that is `starting` where flag-service can't be asked now: it is finished later. */
export function startExperiment(ctx: ExperimentationContext, request: StartExperimentRequest): Promise<Experiment> {
  return begin(ctx, request, { from: 'draft', action: 'experiment.start', rerandomise: false });
}

/** A stopped experiment runs again: a new iteration, in which who gets what is drawn anew unless that is not wanted. */
export function restartExperiment(ctx: ExperimentationContext, request: RestartExperimentRequest): Promise<Experiment> {
  return begin(ctx, request, {
    from: 'stopped',
    action: 'experiment.restart',
    rerandomise: request.rerandomise ?? true,
  });
}

interface Beginning {
  readonly from: ExperimentState;
  readonly action: string;
  readonly rerandomise: boolean;
}

async function begin(
  ctx: ExperimentationContext,
  request: { readonly key: string; readonly ifVersion: number },
  { from, action, rerandomise }: Beginning,
): Promise<Experiment> {
  const { organisationId, environmentId } = environmentScope();
  const author = currentAuthor();
  await refuseBlocked(ctx, request.key, from);
  const { id } = await ctx.database.inTenant(organisationId, async (tx) => {
    const before = await requireExperiment(tx, environmentId, request.key, { lock: true });
    requireVersion(request.ifVersion, before, experimentJson(before));
    if (before.state !== from) throw problem('INVALID_STATE', `Only one that is ${from} can do this; this is ${before.state}.`);
    if (before.archived_at !== null) throw problem('INVALID_STATE', 'This experiment is archived; take it back first.');
    if (rerandomise && before.assignment === 'recorded')
      throw problem('INVALID_STATE', 'Arms of this experiment are assigned elsewhere; nothing can be drawn anew here.');
    const after = await updateExperiment(tx, before.id, { state: 'starting', start_problem: null });
    const saga = { experimentId: before.id, organisationId, iterationId: ctx.newId(), rerandomise, ...author };
    await insertSaga(tx, saga, sagaLimits.leaseMs);
    await recordExperimentChange(tx, ctx.newId, author, { action, before, after });
    return after;
  });
  return sagaAnswer(await advanceSaga(ctx, { experimentId: id, organisationId }));
}
