import { updateLayer as updateRow } from '@stitchd/db/experiment';
import type { Layer, UpdateLayerRequest } from '@stitchd/proto/experiment/v1/layers';
import { environmentScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { createFieldErrors } from '../draft/field-errors.ts';
import { checkLayerTexts } from '../layers/check-layer-texts.ts';
import { lockLayer } from '../layers/find-layer-or-refuse.ts';
import { describeLayer } from '../layers/layer-message.ts';
import { recordLayerChange } from '../layers/record-layer-change.ts';

/** Name and description. Unit and salt place units, and stay. */
export async function updateLayer(ctx: ExperimentationContext, request: UpdateLayerRequest): Promise<Layer> {
  const scope = environmentScope();
  const errors = createFieldErrors();
  checkLayerTexts(request, errors);
  errors.refuse();
  return ctx.database.inTenant(scope.organisationId, async (tx) => {
    const { row, message: before } = await lockLayer(tx, scope.environmentId, request);
    const { name, description } = request;
    const changed = await updateRow(tx, row.id, {
      ...(name !== undefined && { name: name.trim() || row.key }),
      ...(description !== undefined && { description }),
    });
    const after = await describeLayer(tx, changed);
    await recordLayerChange(tx, ctx.newId, scope, { action: 'layer.update', before, after });
    return after;
  });
}
