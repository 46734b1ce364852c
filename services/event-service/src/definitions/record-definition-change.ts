import type { JsonObject } from '@bufbuild/protobuf';
import { recordChange, type Change } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { currentAuthor, projectScope, type ProjectScope } from '@stitchd/service-kit';

interface DefinitionChange {
  readonly kind: 'event' | 'metric';
  readonly verb: 'create' | 'update';
  readonly row: { readonly id: string; readonly key: string };
  readonly before?: JsonObject;
  readonly after: JsonObject;
}

/** A change of an event definition or a metric, as audit and outbox keep it. */
export function definitionChange(scope: ProjectScope, { kind, verb, row, before, after }: DefinitionChange): Change {
  return {
    ...scope,
    ...currentAuthor(),
    action: `${kind}.${verb}`,
    resource: { kind, id: row.id, key: row.key },
    before,
    after,
  };
}

/** Writes audit and outbox of a change, in the transaction of the change. */
export function recordDefinitionChange(tx: Tx, newId: () => string, change: DefinitionChange): Promise<void> {
  return recordChange(tx, newId, definitionChange(projectScope(), change));
}
