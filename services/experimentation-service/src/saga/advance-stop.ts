import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  deleteSaga,
  endIteration,
  findExperiment,
  findIteration,
  findSaga,
  updateExperiment,
  type ExperimentRow,
  type SagaRow,
} from '@stitchd/db/experiment';
import { isProblem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { giveBackSlice } from '../layers/give-back-slice.ts';
import { experimentLimits } from '../limits.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';
import { authorOf } from './advance-start.ts';
import type { SagaOutcome } from './saga-outcome.ts';

/** Unbinds the split, then records when that was. A stop is never refused: what can't be done now is done later. */
export async function advanceStop(ctx: ExperimentationContext, experiment: ExperimentRow, saga: SagaRow): Promise<SagaOutcome> {
  const stoppedAt = await unbind(ctx, saga);
  return ctx.database.inTenant(experiment.organisation_id, async (tx) => {
    const before = await findExperiment(tx, { id: experiment.id }, { lock: true });
    if (before === undefined) throw new Error(`experiment ${experiment.id} is gone`);
    const current = await findSaga(tx, experiment.id);
    if (current?.iteration_id !== saga.iteration_id || before.state !== 'stopping')
      return { kind: 'settled', experiment: before };
    await deleteSaga(tx, experiment.id);
    const iteration = await findIteration(tx, saga.iteration_id);
    const graceUntil = new Date(stoppedAt.getTime() + (iteration?.grace_ms ?? experimentLimits.grace.lowMs));
    await endIteration(tx, saga.iteration_id, { stoppedAt, graceUntil, served: saga.serve });
    const after = await updateExperiment(tx, experiment.id, {
      state: 'stopped',
      stopped_at: stoppedAt,
      grace_until: graceUntil,
      served_after: saga.serve,
    });
    // A split that goes on as it is keeps its share: the next experiment would meet what this one left behind.
    if (saga.serve?.kind === 'variant') await giveBackSlice(tx, ctx.newId, authorOf(saga), after);
    await recordExperimentChange(tx, ctx.newId, authorOf(saga), { action: 'experiment.stopped', before, after });
    return { kind: 'settled', experiment: after };
  });
}

async function unbind(ctx: ExperimentationContext, { iteration_id: iterationId, serve }: SagaRow): Promise<Date> {
  try {
    const serveVariant = serve?.kind === 'variant' ? serve.variant : '';
    const { unboundAt } = await ctx.splits.unbindSplit({ iterationId, serveVariant });
    return unboundAt === undefined ? new Date(ctx.nowMs()) : timestampDate(unboundAt);
  } catch (error) {
    // Nothing is bound: the split went with its flag.
    if (isProblem(error, 'NOT_FOUND')) return new Date(ctx.nowMs());
    throw error;
  }
}
