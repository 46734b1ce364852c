import { listLayers as listRows, slicesOf } from '@stitchd/db/experiment';
import { decodeCursor, encodeCursor, pageLimits } from '@stitchd/db/postgres';
import type { ListLayersRequest } from '@stitchd/proto/experiment/v1/layers';
import { environmentScope, readPage } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { layerMessage } from '../layers/layer-message.ts';

export async function listLayers(ctx: ExperimentationContext, request: ListLayersRequest) {
  const { organisationId, environmentId } = environmentScope();
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  return ctx.database.inTenant(organisationId, async (tx) => {
    const { items, hasMore, total } = await listRows(tx, {
      environmentId,
      limit: page.limit,
      afterKey: page.after?.[0],
      text: page.query,
    });
    const slices = await slicesOf(
      tx,
      items.map(({ id }) => id),
    );
    const last = items.at(-1);
    return {
      items: items.map((row) =>
        layerMessage(
          row,
          slices.filter((slice) => slice.layer_id === row.id),
        ),
      ),
      nextCursor: hasMore && last !== undefined ? encodeCursor([last.key]) : '',
      total,
    };
  });
}
