import { recordChange } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import type { Layer } from '@stitchd/proto/experiment/v1/layers';
import { currentAuthor, type EnvironmentScope } from '@stitchd/service-kit';
import { layerJson } from './layer-message.ts';

/** Writes audit and outbox of a change that this call makes to a layer. */
export function recordLayerChange(
  tx: Tx,
  newId: () => string,
  scope: EnvironmentScope,
  change: { readonly action: string; readonly before?: Layer; readonly after?: Layer },
): Promise<void> {
  const { action, before, after } = change;
  const { id = '', key = '' } = after ?? before ?? {};
  return recordChange(tx, newId, {
    ...scope,
    ...currentAuthor(),
    action,
    resource: { kind: 'layer', id, key },
    before: before && layerJson(before),
    after: after && layerJson(after),
  });
}
