import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isUuid } from '@stitchd/core';
import { findExperiment, iterationSpan } from '@stitchd/db/experiment';
import { AnalysisPlanSchema, type AnalysisPlan, type GetAnalysisPlanRequest } from '@stitchd/proto/experiment/v1/experiment';
import { currentPrincipal, problem, organisationScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentMessage } from '../experiment-message.ts';

/** For an experiment that never started, the plan has no period. */
export async function getAnalysisPlan(
  ctx: ExperimentationContext,
  { experimentId }: GetAnalysisPlanRequest,
): Promise<AnalysisPlan> {
  const { environmentId } = currentPrincipal();
  return ctx.database.inTenant(organisationScope(), async (tx) => {
    const row = isUuid(experimentId) ? await findExperiment(tx, { id: experimentId }) : undefined;
    if (row === undefined || (environmentId !== undefined && row.environment_id !== environmentId))
      throw problem('NOT_FOUND', 'There is no such experiment in this environment.');
    const span = row.iteration_id === null ? undefined : await iterationSpan(tx, row.iteration_id);
    return create(AnalysisPlanSchema, {
      experiment: experimentMessage(row),
      projectId: row.project_id,
      from: span && timestampFromDate(span.from),
      to: span?.to && timestampFromDate(span.to),
    });
  });
}
