import type { EnvironmentScope } from '@stitchd/service-kit';
import { changeEnvironments, type Change } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { presentFingerprints, updateSegment, type ListOf, type SegmentRow } from '@stitchd/db/segment';
import type { SegmentContext } from '../context.ts';
import { segmentState } from '../segments/segment-message.ts';
import { shardsOf } from './list-form.ts';
import { listForms, listPublication } from './list-publication.ts';
import type { ChangedSide } from './list-shards.ts';
import { refuseTooLong } from './refuse-too-long.ts';
import { wireValues } from './stored-keys.ts';

/** Who changed a list, and how it is called in the audit log. */
export type ListChangeAuthor = Pick<Change, 'action' | 'actor' | 'requestId'>;

/**
 * Publishes what has changed in one side of a list whose row this transaction has locked.
 * @param growth - by how many keys it is longer now
 * @throws VALIDATION_FAILED where it would be longer than the operator allows
 */
export async function publishListChange(
  tx: Tx,
  context: Pick<SegmentContext, 'lists' | 'newId'>,
  scope: EnvironmentScope,
  before: SegmentRow,
  { changed, growth, author }: { readonly changed: ChangedSide; readonly growth: number; readonly author: ListChangeAuthor },
): Promise<SegmentRow> {
  const count = `${changed.side}_count` as const;
  const counted = { ...before, version: before.version + 1, [count]: before[count] + growth };
  if (growth > 0) refuseTooLong(counted, context.lists);
  const forms = listForms(before, counted, context.lists);
  const publication = await listPublication(tx, counted, forms, changed);
  const segment = await updateSegment(tx, before.id, {
    included_count: counted.included_count,
    excluded_count: counted.excluded_count,
    included_shards: shardsOf(forms.included),
    excluded_shards: shardsOf(forms.excluded),
  });
  const change = {
    ...scope,
    ...author,
    resource: { kind: 'segment', id: segment.id, key: segment.key },
    before: segmentState(before),
    after: segmentState(segment),
  };
  // The environment is locked only now: rendering a long list keeps nobody else waiting.
  await changeEnvironments(tx, context.newId, [scope.environmentId], change, async () => publication);
  return segment;
}

/**
 * The fingerprints of keys that were removed, as they are on the wire; one that another key of the list has too stays.
 * @param removed - as they are stored
 */
export async function goneFingerprints(tx: Tx, list: ListOf, removed: readonly bigint[]): Promise<ReadonlySet<bigint>> {
  const present = await presentFingerprints(tx, list, removed);
  return new Set(wireValues(removed.filter((fingerprint) => !present.has(fingerprint))));
}
