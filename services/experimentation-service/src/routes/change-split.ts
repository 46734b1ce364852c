import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ExperimentRow } from '@stitchd/db/experiment';
import type { ChangeWeightsRequest, Experiment, RaiseEnrolmentRequest } from '@stitchd/proto/experiment/v1/experiment';
import type { ChangeSplitRequestSchema } from '@stitchd/proto/flag/v1/flag';
import { problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { checkArms } from '../draft/check-arms.ts';
import { createFieldErrors } from '../draft/field-errors.ts';
import { checkEnrolment } from '../draft/read-draft.ts';
import { syncIteration } from '../iterations/sync-iteration.ts';
import { changeExperiment } from './change-experiment.ts';
import { requireMeasuring } from './require-state.ts';

/** More units take part from now on; those that do stay in their arms. */
export async function raiseEnrolment(ctx: ExperimentationContext, request: RaiseEnrolmentRequest): Promise<Experiment> {
  const { milliPercent } = request;
  const errors = createFieldErrors();
  checkEnrolment(milliPercent, errors, 'milliPercent');
  errors.refuse();
  return changeSplit(ctx, request, 'experiment.raise-enrolment', (before) => {
    if (milliPercent < before.enrolment_milli_percent)
      throw problem('INVALID_STATE', 'The enrolment of a running experiment can only be raised: whoever takes part stays.', {
        errors: [{ path: 'milliPercent', message: `must be at least ${before.enrolment_milli_percent}` }],
      });
    return { enrolmentMilliPercent: milliPercent };
  });
}

/** Other weights of the arms begin a new period; as few units as possible change their variant. */
export async function changeWeights(ctx: ExperimentationContext, request: ChangeWeightsRequest): Promise<Experiment> {
  const errors = createFieldErrors();
  checkArms(request.arms, errors);
  errors.refuse();
  return changeSplit(ctx, request, 'experiment.change-weights', () => ({
    shares: request.arms.map(({ variant, expectedMilliPercent }) => ({ variant, weightMilliPercent: expectedMilliPercent })),
  }));
}

/**
 * flag-service changes the split, at a time of its own, and the iteration follows its history. The experiment's row is held
 * meanwhile: whoever else changes it waits, so that a split is never changed for a caller who is then told of another version. What a
 * process leaves undone in between, the next look at the history makes good.
 */
function changeSplit(
  ctx: ExperimentationContext,
  request: { readonly key: string; readonly ifVersion: number },
  action: string,
  ask: (before: ExperimentRow) => Omit<MessageInitShape<typeof ChangeSplitRequestSchema>, 'iterationId' | '$typeName'>,
): Promise<Experiment> {
  return changeExperiment(ctx, request, action, async (tx, before) => {
    requireMeasuring(before, 'change its split');
    if (before.assignment === 'recorded' || before.iteration_id === null)
      throw problem('INVALID_STATE', 'Arms of this experiment are assigned elsewhere; there is no split to change.');
    return syncIteration(tx, before, await ctx.splits.changeSplit({ iterationId: before.iteration_id, ...ask(before) }));
  });
}
