import type { ExperimentChange, ExperimentRow } from '@stitchd/db/experiment';
import { updateExperiment } from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import type { Experiment } from '@stitchd/proto/experiment/v1/experiment';
import { currentAuthor, environmentScope, requireVersion } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentJson, experimentMessage } from '../experiment-message.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';
import { requireExperiment } from './get-experiment.ts';

/**
 * Changes an experiment at the version that the caller has seen, with the record of it, in one transaction.
 * @param change - what its row has to change; undefined: nothing, and nothing is recorded
 */
export function changeExperiment(
  ctx: ExperimentationContext,
  request: { readonly key: string; readonly ifVersion: number },
  action: string,
  change: (tx: Tx, before: ExperimentRow) => Promise<ExperimentChange | undefined> | ExperimentChange | undefined,
): Promise<Experiment> {
  const { organisationId, environmentId } = environmentScope();
  return ctx.database.inTenant(organisationId, async (tx) => {
    const before = await requireExperiment(tx, environmentId, request.key, { lock: true });
    requireVersion(request.ifVersion, before, experimentJson(before));
    const changed = await change(tx, before);
    if (changed === undefined) return experimentMessage(before);
    const after = await updateExperiment(tx, before.id, changed);
    await recordExperimentChange(tx, ctx.newId, currentAuthor(), { action, before, after });
    return experimentMessage(after);
  });
}
