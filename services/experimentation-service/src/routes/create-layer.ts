import { isKey } from '@stitchd/core';
import { insertLayer } from '@stitchd/db/experiment';
import { doOnce } from '@stitchd/db/platform';
import { CreateLayerRequestSchema, LayerSchema, type CreateLayerRequest, type Layer } from '@stitchd/proto/experiment/v1/layers';
import { environmentScope, problem, repeatableRequest, repeatableResponse, storedResponse } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { createFieldErrors } from '../draft/field-errors.ts';
import { checkLayerTexts } from '../layers/check-layer-texts.ts';
import { layerMessage } from '../layers/layer-message.ts';
import { recordLayerChange } from '../layers/record-layer-change.ts';
import { experimentLimits, layerLimits } from '../limits.ts';

/** A layer of which nothing is allotted yet. */
export async function createLayer(ctx: ExperimentationContext, request: CreateLayerRequest): Promise<Layer> {
  const scope = environmentScope();
  checkNewLayer(request);
  const repeatable = repeatableRequest('CreateLayer', CreateLayerRequestSchema, request);
  const outcome = await ctx.database.inTenant(scope.organisationId, (tx) =>
    doOnce(tx, repeatable, storedResponse(LayerSchema), async () => {
      const row = await insertLayer(tx, {
        id: ctx.newId(),
        organisation_id: scope.organisationId,
        project_id: scope.projectId,
        environment_id: scope.environmentId,
        key: request.key,
        name: request.name.trim() || request.key,
        description: request.description,
        unit_kind: request.unitKind || experimentLimits.defaultUnitKind,
        salt: ctx.newSalt(),
      });
      if (row === undefined) throw problem('ALREADY_EXISTS', `There is a layer "${request.key}" in this environment already.`);
      const layer = layerMessage(row, []);
      await recordLayerChange(tx, ctx.newId, scope, { action: 'layer.create', after: layer });
      return layer;
    }),
  );
  return repeatableResponse(LayerSchema, outcome);
}

function checkNewLayer(request: CreateLayerRequest): void {
  const errors = createFieldErrors();
  errors.check(isKey(request.key), 'key', 'must be 1 to 100 lower-case letters, digits and -_. and begin with a letter or digit');
  errors.check(request.unitKind.length <= layerLimits.unitKindLength, 'unitKind', 'is too long for a kind of context');
  checkLayerTexts(request, errors);
  errors.refuse();
}
