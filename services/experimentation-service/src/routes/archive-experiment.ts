import type { ArchiveExperimentRequest, Experiment, UnarchiveExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { currentAuthor, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { giveBackSlice } from '../layers/give-back-slice.ts';
import { changeExperiment } from './change-experiment.ts';

/** Out of the lists; its results can be read as before, and its share of a layer is free again. */
export function archiveExperiment(ctx: ExperimentationContext, request: ArchiveExperimentRequest): Promise<Experiment> {
  return changeExperiment(ctx, request, 'experiment.archive', async (tx, before) => {
    const { state, archived_at: archivedAt } = before;
    if (state !== 'draft' && state !== 'stopped')
      throw problem('INVALID_STATE', `Only a draft or a stopped experiment can be archived; this is ${state}.`);
    if (archivedAt !== null) return undefined;
    await giveBackSlice(tx, ctx.newId, currentAuthor(), before);
    return { archived_at: new Date(ctx.nowMs()) };
  });
}

export function unarchiveExperiment(ctx: ExperimentationContext, request: UnarchiveExperimentRequest): Promise<Experiment> {
  return changeExperiment(ctx, request, 'experiment.unarchive', (_, { archived_at: archivedAt }) =>
    archivedAt === null ? undefined : { archived_at: null },
  );
}
