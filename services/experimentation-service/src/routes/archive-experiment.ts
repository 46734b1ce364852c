import type { ArchiveExperimentRequest, Experiment, UnarchiveExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { changeExperiment } from './change-experiment.ts';

/** Out of the lists; its results can be read as before. */
export function archiveExperiment(ctx: ExperimentationContext, request: ArchiveExperimentRequest): Promise<Experiment> {
  return changeExperiment(ctx, request, 'experiment.archive', (_, { state, archived_at: archivedAt }) => {
    if (state !== 'draft' && state !== 'stopped')
      throw problem('INVALID_STATE', `Only a draft or a stopped experiment can be archived; this is ${state}.`);
    return archivedAt === null ? { archived_at: new Date(ctx.nowMs()) } : undefined;
  });
}

export function unarchiveExperiment(ctx: ExperimentationContext, request: UnarchiveExperimentRequest): Promise<Experiment> {
  return changeExperiment(ctx, request, 'experiment.unarchive', (_, { archived_at: archivedAt }) =>
    archivedAt === null ? undefined : { archived_at: null },
  );
}
