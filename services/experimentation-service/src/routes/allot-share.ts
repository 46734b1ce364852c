import { putSlice, sliceOfExperiment, slicesOf, updateLayer, type ExperimentRow, type LayerRow } from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import type { AllotShareRequest, Layer } from '@stitchd/proto/experiment/v1/layers';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { createFieldErrors } from '../draft/field-errors.ts';
import { allotRanges, freeRanges, shareOf } from '../layers/allot-ranges.ts';
import { lockLayer } from '../layers/find-layer-or-refuse.ts';
import { describeLayer } from '../layers/layer-message.ts';
import { recordLayerChange } from '../layers/record-layer-change.ts';
import { refuseWhileRunning } from '../layers/refuse-while-running.ts';
import { layerLimits, wholeShare } from '../limits.ts';
import { requireExperiment } from './get-experiment.ts';

/** Gives an experiment ranges of the layer for itself. They stay its own, where they are, until they are given back. */
export async function allotShare(ctx: ExperimentationContext, request: AllotShareRequest): Promise<Layer> {
  const scope = environmentScope();
  const { shareMilliPercent: share } = request;
  const errors = createFieldErrors();
  const { leastShare } = layerLimits;
  const usable = Number.isInteger(share) && share >= leastShare && share <= wholeShare;
  errors.check(usable, 'shareMilliPercent', `must be ${leastShare} to ${wholeShare}, in thousandths of a percent`);
  errors.refuse();
  return ctx.database.inTenant(scope.organisationId, async (tx) => {
    // The experiment first, then the layer, as everywhere: so nobody waits for each other.
    const experiment = await requireExperiment(tx, scope.environmentId, request.experimentKey, { lock: true });
    const { row, message: before } = await lockLayer(tx, scope.environmentId, request);
    await refuseUnfit(tx, experiment, row);
    const others = (await slicesOf(tx, [row.id])).filter(({ experiment_id: id }) => id !== experiment.id);
    const taken = others.flatMap(({ ranges }) => ranges);
    const ranges = allotRanges(taken, share);
    if (ranges === undefined)
      throw problem(
        'CONFLICT',
        `The layer has ${shareOf(freeRanges(taken)) / 1_000} % free, and ${share / 1_000} % was asked for.`,
      );
    await putSlice(tx, { layer: row, experimentId: experiment.id, ranges });
    const after = await describeLayer(tx, await updateLayer(tx, row.id, {}));
    await recordLayerChange(tx, ctx.newId, scope, { action: 'layer.allot', before, after });
    return after;
  });
}

async function refuseUnfit(tx: Tx, experiment: ExperimentRow, layer: LayerRow): Promise<void> {
  refuseWhileRunning(experiment);
  if (experiment.archived_at !== null) throw problem('INVALID_STATE', 'This experiment is archived; take it back first.');
  if (experiment.assignment === 'recorded')
    throw problem('INVALID_STATE', 'Arms of this experiment are assigned elsewhere: no layer can keep units out of it.');
  if (experiment.unit_kind !== layer.unit_kind)
    throw problem('INVALID_STATE', `The experiment's unit is ${experiment.unit_kind}, the layer's is ${layer.unit_kind}.`);
  const held = await sliceOfExperiment(tx, experiment.id);
  if (held !== undefined && held.layer.id !== layer.id)
    throw problem('CONFLICT', `The experiment has a share of the layer ${held.layer.key}; take it out of that one first.`);
}
