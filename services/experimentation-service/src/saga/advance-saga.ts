import { findExperiment, findSaga, postponeSaga, type ExperimentRow, type SagaRow } from '@stitchd/db/experiment';
import { currentCall, problemOf, withCall, type Principal } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { sagaLimits } from '../limits.ts';
import type { SagaOutcome } from './saga-outcome.ts';
import { advanceStart } from './advance-start.ts';
import { advanceStop } from './advance-stop.ts';

/**
 * Takes a half-done start or stop to its end. The caller holds its lease; every step can be repeated, so a lease that
 * ended meanwhile does no harm.
 */
export async function advanceSaga(
  ctx: ExperimentationContext,
  { experimentId, organisationId }: { readonly experimentId: string; readonly organisationId: string },
): Promise<SagaOutcome> {
  const { experiment, saga } = await ctx.database.inTenant(organisationId, async (tx) => ({
    experiment: await findExperiment(tx, { id: experimentId }),
    saga: await findSaga(tx, experimentId),
  }));
  if (experiment === undefined) throw new Error(`the saga of experiment ${experimentId} has no experiment`);
  if (saga === undefined) return { kind: 'settled', experiment };
  return withCall(callOf(experiment, saga), async () => {
    try {
      return await (experiment.state === 'starting' ? advanceStart(ctx, experiment, saga) : advanceStop(ctx, experiment, saga));
    } catch (error) {
      ctx.log.warn(
        { experiment: experiment.id, state: experiment.state, code: problemOf(error).code, err: error },
        'will try again',
      );
      await ctx.database.inTenant(organisationId, (tx) => postponeSaga(tx, experimentId, pauseMs(saga.attempts)));
      return { kind: 'postponed', experiment };
    }
  });
}

/** flag-service is asked by this service, in the tenant of the experiment, on behalf of whoever started or stopped it. */
function callOf(experiment: ExperimentRow, saga: SagaRow) {
  const principal: Principal = {
    kind: 'service',
    id: 'experimentation-service',
    name: 'experimentation-service',
    organisationId: experiment.organisation_id,
    projectId: experiment.project_id,
    environmentId: experiment.environment_id,
    actor: saga.actor as NonNullable<Principal['actor']>,
  };
  return { requestId: saga.request_id, principal, deadlineMs: currentCall()?.deadlineMs };
}

export function pauseMs(attempts: number): number {
  return Math.min(sagaLimits.firstPauseMs * 2 ** attempts, sagaLimits.longestPauseMs);
}
