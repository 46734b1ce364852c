import { insertSaga, updateExperiment, type ExperimentRow, type StoredServe } from '@stitchd/db/experiment';
import type { Change } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import type { ExperimentationContext } from '../context.ts';
import { sagaLimits } from '../limits.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';

/** Records that an experiment is to stop, and as what; from here on it will, whatever happens. */
export async function beginStop(
  ctx: ExperimentationContext,
  tx: Tx,
  before: ExperimentRow & { readonly iteration_id: string },
  by: { readonly serve: StoredServe; readonly author: Pick<Change, 'actor' | 'requestId'> },
): Promise<ExperimentRow> {
  const { serve, author } = by;
  const after = await updateExperiment(tx, before.id, { state: 'stopping' });
  const saga = {
    experimentId: before.id,
    organisationId: before.organisation_id,
    iterationId: before.iteration_id,
    serve,
    ...author,
  };
  await insertSaga(tx, saga, sagaLimits.leaseMs);
  await recordExperimentChange(tx, ctx.newId, author, { action: 'experiment.stop', before, after });
  return after;
}
