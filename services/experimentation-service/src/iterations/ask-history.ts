import type { ExperimentRow } from '@stitchd/db/experiment';
import type { SplitHistory } from '@stitchd/proto/flag/v1/flag';
import { currentCall, isProblem, withCall } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';

/** What flag-service knows of the current iteration; undefined where it knows nothing of it, since its flag is gone. */
export async function askHistory(ctx: ExperimentationContext, experiment: ExperimentRow): Promise<SplitHistory | undefined> {
  const { iteration_id: iterationId, assignment } = experiment;
  if (iterationId === null || assignment === 'recorded') return undefined;
  const principal = {
    kind: 'service',
    id: 'experimentation-service',
    name: 'experimentation-service',
    organisationId: experiment.organisation_id,
    projectId: experiment.project_id,
    environmentId: experiment.environment_id,
  } as const;
  const call = currentCall();
  try {
    return await withCall({ requestId: call?.requestId ?? '', principal, deadlineMs: call?.deadlineMs }, () =>
      ctx.splits.getSplitHistory({ iterationId }),
    );
  } catch (error) {
    if (isProblem(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}
