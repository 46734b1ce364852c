import { create } from '@bufbuild/protobuf';
import { deleteLayer as deleteRow } from '@stitchd/db/experiment';
import {
  DeleteLayerResponseSchema,
  type DeleteLayerRequest,
  type DeleteLayerResponse,
} from '@stitchd/proto/experiment/v1/layers';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { lockLayer } from '../layers/find-layer-or-refuse.ts';
import { recordLayerChange } from '../layers/record-layer-change.ts';

/** Deletes a layer of which nothing is allotted. */
export async function deleteLayer(ctx: ExperimentationContext, request: DeleteLayerRequest): Promise<DeleteLayerResponse> {
  const scope = environmentScope();
  return ctx.database.inTenant(scope.organisationId, async (tx) => {
    const { row, message: before } = await lockLayer(tx, scope.environmentId, request);
    const errors = before.slices.map(({ experimentKey }) => ({
      path: '',
      message: `the experiment ${experimentKey} has a share of it`,
    }));
    if (errors.length > 0) throw problem('IN_USE', errors.map(({ message }) => message).join('; '), { errors });
    await deleteRow(tx, row.id);
    await recordLayerChange(tx, ctx.newId, scope, { action: 'layer.delete', before });
    return create(DeleteLayerResponseSchema);
  });
}
