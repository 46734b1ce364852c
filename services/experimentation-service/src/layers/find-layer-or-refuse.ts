import { findLayer, type LayerRow } from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import type { Layer } from '@stitchd/proto/experiment/v1/layers';
import { problem, requireVersion } from '@stitchd/service-kit';
import { describeLayer, layerJson } from './layer-message.ts';

/** @throws NOT_FOUND */
export async function findLayerOrRefuse(
  tx: Tx,
  environmentId: string,
  key: string,
  options: { readonly lock?: boolean } = {},
): Promise<LayerRow> {
  const row = await findLayer(tx, { environmentId, key }, options);
  if (row === undefined) throw problem('NOT_FOUND', `There is no layer "${key}" in this environment.`);
  return row;
}

/** A layer that this transaction may change, as it is now. @throws NOT_FOUND, VERSION_MISMATCH */
export async function lockLayer(
  tx: Tx,
  environmentId: string,
  request: { readonly key: string; readonly ifVersion: number },
): Promise<{ readonly row: LayerRow; readonly message: Layer }> {
  const row = await findLayerOrRefuse(tx, environmentId, request.key, { lock: true });
  const message = await describeLayer(tx, row);
  requireVersion(request.ifVersion, row, layerJson(message));
  return { row, message };
}
