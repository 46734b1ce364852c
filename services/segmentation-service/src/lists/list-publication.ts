import type { ListSegmentDefinition, ListSource } from '@stitchd/core';
import { listSides, readAllKeys, type ListSide, type SegmentRow } from '@stitchd/db/segment';
import type { Publication } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { listForm, shardsOf, type ListForm, type ListSettings } from './list-form.ts';
import { changeShards, cutShards, type ChangedSide, type ShardEntity } from './list-shards.ts';
import { shardId } from './shard-body.ts';

/** How both sides of a list are published. */
export type ListForms = Readonly<Record<ListSide, ListForm>>;

/** @param before - as it is published now */
export function listForms(before: SegmentRow, after: SegmentRow, settings: ListSettings): ListForms {
  const formOf = (side: ListSide): ListForm =>
    listForm(after[`${side}_count`], after.exact, { count: before[`${side}_count`], shards: before[`${side}_shards`] }, settings);
  return { included: formOf('included'), excluded: formOf('excluded') };
}

/**
 * What a list publishes after a change: its own definition, and of its shards those that changed.
 * @param segment - as it will be, with the shards that SDKs have now
 * @param changed - undefined: the list is new
 */
export async function listPublication(
  tx: Tx,
  segment: SegmentRow,
  forms: ListForms,
  changed: ChangedSide | undefined,
): Promise<Publication> {
  const own = { kind: 'segment', id: segment.id, body: await listBody(tx, segment, forms) };
  const shards: ShardEntity[] = [];
  const remove: { kind: string; id: string }[] = [];
  for (const side of listSides) {
    const [before, after] = [segment[`${side}_shards`], shardsOf(forms[side])];
    if (after > 0 && after !== before) shards.push(...(await cutShards(tx, segment, side, after)));
    else if (after > 0 && changed?.side === side) shards.push(...(await changeShards(tx, segment, after, changed)));
    for (let shard = after; shard < before; shard++) remove.push({ kind: 'list-shard', id: shardId(segment.id, side, shard) });
  }
  return { upsert: [own, ...shards], remove };
}

async function listBody(tx: Tx, segment: SegmentRow, forms: ListForms): Promise<string> {
  const isRemote = listSides.some((side) => forms[side].kind === 'remote');
  const definition: ListSegmentDefinition = {
    key: segment.key,
    type: 'list',
    contextKind: segment.context_kind,
    included: await listSource(tx, segment.id, 'included', forms.included),
    excluded: await listSource(tx, segment.id, 'excluded', forms.excluded),
    ...(segment.exact && { exact: true }),
    // Without it a change of keys that stay here would change nothing that SDKs see, and their answers would grow old.
    ...(isRemote && { membersVersion: segment.version }),
  };
  return JSON.stringify(definition);
}

async function listSource(tx: Tx, segmentId: string, side: ListSide, form: ListForm): Promise<ListSource> {
  switch (form.kind) {
    case 'inline':
      return { keys: await readAllKeys(tx, { segmentId, side }) };
    case 'shards':
      return { shards: form.shards };
    case 'remote':
      return { remote: true };
  }
}
