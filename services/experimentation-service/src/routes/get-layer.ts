import type { GetLayerRequest, Layer } from '@stitchd/proto/experiment/v1/layers';
import { environmentScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { findLayerOrRefuse } from '../layers/find-layer-or-refuse.ts';
import { describeLayer } from '../layers/layer-message.ts';

export async function getLayer(ctx: ExperimentationContext, { key }: GetLayerRequest): Promise<Layer> {
  const { organisationId, environmentId } = environmentScope();
  return ctx.database.inTenant(organisationId, async (tx) => describeLayer(tx, await findLayerOrRefuse(tx, environmentId, key)));
}
