import type { ListSegmentDefinition, ListSource } from '@stitchd/core';
import { listSides, readAllKeys, readShards, type ListSide, type SegmentRow } from '@stitchd/db/segment';
import type { Publication } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { listForm, shardsOf, type ListForm, type ListSettings } from './list-form.ts';
import { shardBody, shardId } from './shard-body.ts';

/** How both sides of a list are published. */
export type ListForms = Readonly<Record<ListSide, ListForm>>;

/** What a list's sides hold and how they are cut now. */
export type ListSizesNow = Pick<
  SegmentRow,
  'exact' | 'included_count' | 'excluded_count' | 'included_shards' | 'excluded_shards'
>;

export function listForms(segment: ListSizesNow, settings: ListSettings): ListForms {
  return {
    included: listForm(segment.included_count, segment.exact, segment.included_shards, settings),
    excluded: listForm(segment.excluded_count, segment.exact, segment.excluded_shards, settings),
  };
}

/** What of a side has changed since it was published. */
export interface ChangedSide {
  readonly side: ListSide;
  /** The top 16 bits of the fingerprints of keys that came or went. */
  readonly prefixes: readonly number[];
}

/**
 * What a list publishes after a change: its own definition, and of its shards those that changed.
 * @param segment - as it was before: its shards are what SDKs have
 */
export async function listPublication(
  tx: Tx,
  segment: SegmentRow,
  forms: ListForms,
  changed: readonly ChangedSide[],
): Promise<Required<Pick<Publication, 'upsert' | 'remove'>>> {
  const upsert = [{ kind: 'segment', id: segment.id, body: await listBody(tx, segment, forms) }];
  const remove: { kind: string; id: string }[] = [];
  for (const side of listSides) {
    const [before, after] = [side === 'included' ? segment.included_shards : segment.excluded_shards, shardsOf(forms[side])];
    for (let shard = after; shard < before; shard++) remove.push({ kind: 'list-shard', id: shardId(segment.id, side, shard) });
    const wanted = before === after ? changedShards(side, after, changed) : Array.from({ length: after }, (_, shard) => shard);
    upsert.push(...(await shardEntities(tx, segment, side, after, wanted)));
  }
  return { upsert, remove };
}

function changedShards(side: ListSide, of: number, changed: readonly ChangedSide[]): readonly number[] {
  if (of === 0) return [];
  // A shard is the top bits of fingerprints, 16 at most.
  const shift = 16 - Math.log2(of);
  const prefixes = changed.filter((one) => one.side === side).flatMap((one) => one.prefixes);
  return [...new Set(prefixes.map((prefix) => prefix >>> shift))];
}

async function shardEntities(tx: Tx, segment: SegmentRow, side: ListSide, of: number, shards: readonly number[]) {
  if (shards.length === 0) return [];
  const found = await readShards(tx, { segmentId: segment.id, side }, of, shards);
  const stored = new Map(found.map((one) => [one.shard, one.stored]));
  return shards.map((shard) => ({
    kind: 'list-shard',
    id: shardId(segment.id, side, shard),
    body: shardBody(segment.key, side, of, shard, stored.get(shard) ?? new Uint8Array()),
  }));
}

async function listBody(tx: Tx, segment: SegmentRow, forms: ListForms): Promise<string> {
  const definition: ListSegmentDefinition = {
    key: segment.key,
    type: 'list',
    contextKind: segment.context_kind,
    included: await listSource(tx, segment.id, 'included', forms.included),
    excluded: await listSource(tx, segment.id, 'excluded', forms.excluded),
    ...(segment.exact && { exact: true }),
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
