import { deleteSlice, updateLayer } from '@stitchd/db/experiment';
import type { Layer, ReleaseShareRequest } from '@stitchd/proto/experiment/v1/layers';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { lockLayer } from '../layers/find-layer-or-refuse.ts';
import { describeLayer } from '../layers/layer-message.ts';
import { recordLayerChange } from '../layers/record-layer-change.ts';
import { refuseWhileRunning } from '../layers/refuse-while-running.ts';
import { requireExperiment } from './get-experiment.ts';

/** Gives back what an experiment has of the layer. */
export async function releaseShare(ctx: ExperimentationContext, request: ReleaseShareRequest): Promise<Layer> {
  const scope = environmentScope();
  return ctx.database.inTenant(scope.organisationId, async (tx) => {
    const experiment = await requireExperiment(tx, scope.environmentId, request.experimentKey, { lock: true });
    const { row, message: before } = await lockLayer(tx, scope.environmentId, request);
    if (!before.slices.some(({ experimentKey }) => experimentKey === experiment.key))
      throw problem('NOT_FOUND', `The experiment ${experiment.key} has no share of this layer.`);
    refuseWhileRunning(experiment);
    await deleteSlice(tx, experiment.id);
    const after = await describeLayer(tx, await updateLayer(tx, row.id, {}));
    await recordLayerChange(tx, ctx.newId, scope, { action: 'layer.release', before, after });
    return after;
  });
}
