import type { JsonObject } from '@bufbuild/protobuf';
import { recordChange } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { currentAuthor, projectScope } from '@stitchd/service-kit';

/** Writes audit and outbox of a change of an event definition or a metric, in the transaction of the change. */
export function recordDefinitionChange(
  tx: Tx,
  newId: () => string,
  change: {
    readonly kind: 'event' | 'metric';
    readonly verb: 'create' | 'update';
    readonly row: { readonly id: string; readonly key: string };
    readonly before?: JsonObject;
    readonly after: JsonObject;
  },
): Promise<void> {
  return recordChange(tx, newId, {
    ...projectScope(),
    ...currentAuthor(),
    action: `${change.kind}.${change.verb}`,
    resource: { kind: change.kind, id: change.row.id, key: change.row.key },
    before: change.before,
    after: change.after,
  });
}
