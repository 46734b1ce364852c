import { Layers } from '@stitchd/proto/experiment/v1/layers';
import { implement } from '@stitchd/service-kit';
import type { ExperimentationContext } from './context.ts';
import { allotShare } from './routes/allot-share.ts';
import { createLayer } from './routes/create-layer.ts';
import { deleteLayer } from './routes/delete-layer.ts';
import { getLayer } from './routes/get-layer.ts';
import { listLayers } from './routes/list-layers.ts';
import { releaseShare } from './routes/release-share.ts';
import { updateLayer } from './routes/update-layer.ts';

export function implementLayers(ctx: ExperimentationContext) {
  return implement(Layers, {
    createLayer: (request) => createLayer(ctx, request),
    getLayer: (request) => getLayer(ctx, request),
    listLayers: (request) => listLayers(ctx, request),
    updateLayer: (request) => updateLayer(ctx, request),
    deleteLayer: (request) => deleteLayer(ctx, request),
    allotShare: (request) => allotShare(ctx, request),
    releaseShare: (request) => releaseShare(ctx, request),
  });
}
