import { publishedById } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { readShards, type ListSide, type SegmentRow } from '@stitchd/db/segment';
import { mergeFingerprints } from './merge-fingerprints.ts';
import { fingerprintsIn, shardBody, shardId, wireFingerprints } from './shard-body.ts';

/** What of a side has changed since it was published. */
export interface ChangedSide {
  readonly side: ListSide;
  /** The top 16 bits of the fingerprints of keys that came or went. */
  readonly prefixes: readonly number[];
  /** Fingerprints of keys that are in the list now, those that came among them. */
  readonly added: readonly bigint[];
  /** Fingerprints that no key of the list has any more. */
  readonly removed: ReadonlySet<bigint>;
}

/** A definition of a shard. */
export interface ShardEntity {
  readonly kind: 'list-shard';
  readonly id: string;
  readonly body: string;
}

/** Every shard of a side, from its keys: for a side that is cut for the first time or anew. */
export async function cutShards(tx: Tx, segment: SegmentRow, side: ListSide, of: number): Promise<readonly ShardEntity[]> {
  const found = await readShards(tx, { segmentId: segment.id, side }, of);
  const stored = new Map(found.map((one) => [one.shard, one.stored]));
  return Array.from({ length: of }, (_, shard) =>
    entity(segment, side, of, shard, wireFingerprints(stored.get(shard) ?? new Uint8Array())),
  );
}

/** The shards of a side that a change touches, from what was published: the length of the list does not matter. */
export async function changeShards(
  tx: Tx,
  segment: SegmentRow,
  of: number,
  change: ChangedSide,
): Promise<readonly ShardEntity[]> {
  const { side } = change;
  const shards = [...new Set(change.prefixes.map((prefix) => prefix >>> (16 - Math.log2(of))))];
  const idOf = (shard: number): string => shardId(segment.id, side, shard);
  const published = await publishedById(tx, segment.environment_id, 'list-shard', shards.map(idOf));
  if (published.size !== shards.length) return cutShards(tx, segment, side, of);
  const added = byShard(change.added, of);
  return shards.map((shard) => {
    const present = fingerprintsIn(published.get(idOf(shard)) ?? '');
    return entity(segment, side, of, shard, mergeFingerprints(present, added.get(shard) ?? [], change.removed));
  });
}

/** A shard is the top bits of the fingerprints in it. */
function byShard(fingerprints: readonly bigint[], of: number): ReadonlyMap<number, readonly bigint[]> {
  const shift = BigInt(64 - Math.log2(of));
  const found = new Map<number, bigint[]>();
  for (const fingerprint of fingerprints) {
    const shard = Number(fingerprint >> shift);
    const known = found.get(shard);
    if (known === undefined) found.set(shard, [fingerprint]);
    else known.push(fingerprint);
  }
  return found;
}

function entity(segment: SegmentRow, side: ListSide, of: number, shard: number, fingerprints: Buffer): ShardEntity {
  const body = shardBody({ segmentKey: segment.key, side, of, shard }, fingerprints);
  return { kind: 'list-shard', id: shardId(segment.id, side, shard), body };
}
