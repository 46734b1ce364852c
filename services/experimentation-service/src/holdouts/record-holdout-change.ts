import { changeEnvironments, recordChange, type Change, type Publication } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import type { Holdout } from '@stitchd/proto/experiment/v1/holdouts';
import { holdoutJson } from './holdout-message.ts';

/** What happened to a holdout. */
export interface HoldoutRecord {
  readonly action: string;
  readonly before?: Holdout;
  readonly after?: Holdout;
}

type Where = Pick<Change, 'organisationId' | 'projectId' | 'actor' | 'requestId'> & { readonly environmentId: string };

function changeOf(where: Where, { action, before, after }: HoldoutRecord): Change {
  const { id = '', key = '' } = after ?? before ?? {};
  return {
    ...where,
    action,
    resource: { kind: 'holdout', id, key },
    before: before && holdoutJson(before),
    after: after && holdoutJson(after),
  };
}

/** Writes audit and outbox of a change of which SDKs know nothing. */
export function recordHoldoutChange(tx: Tx, newId: () => string, where: Where, record: HoldoutRecord): Promise<void> {
  return recordChange(tx, newId, changeOf(where, record));
}

/** The same of one that they learn of. */
export async function publishHoldoutChange(
  tx: Tx,
  newId: () => string,
  where: Where,
  change: { readonly record: HoldoutRecord; readonly publication: Publication },
): Promise<void> {
  const { record, publication } = change;
  await changeEnvironments(tx, newId, [where.environmentId], changeOf(where, record), async () => publication);
}
