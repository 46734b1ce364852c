import type { HoldoutDefinition } from '@stitchd/core';
import type { HoldoutRow } from '@stitchd/db/experiment';
import type { Publication } from '@stitchd/db/platform';

/** A running holdout as SDKs get it: its units are those of the lowest buckets. */
export function holdoutPublication(row: HoldoutRow): Publication {
  const definition: HoldoutDefinition = {
    key: row.key,
    contextKind: row.unit_kind,
    salt: row.salt,
    ranges: [{ from: 0, to: row.share_milli_percent }],
  };
  return { upsert: [{ kind: 'holdout', id: row.id, body: JSON.stringify(definition) }] };
}
