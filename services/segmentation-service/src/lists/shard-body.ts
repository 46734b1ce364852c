import type { ListShardDefinition } from '@stitchd/core';
import type { ListSide } from '@stitchd/db/segment';

/** Which shard of a side. */
export interface ShardPlace {
  readonly segmentKey: string;
  readonly side: ListSide;
  /** How many there are: a power of two. */
  readonly of: number;
  readonly shard: number;
}

/** The id of a shard's entity; the same whatever the number of shards, so that a list that is cut anew replaces them. */
export function shardId(segmentId: string, side: ListSide, shard: number): string {
  return `${segmentId}:${side}:${shard}`;
}

/**
 * A shard as SDKs get it.
 * @param fingerprints - sorted, distinct, 8 bytes each, little-endian
 */
export function shardBody({ segmentKey, side, of, shard }: ShardPlace, fingerprints: Buffer): string {
  const definition: ListShardDefinition = {
    segment: segmentKey,
    side,
    shard,
    of,
    fingerprints: fingerprints.toString('base64'),
  };
  return JSON.stringify(definition);
}

/** The fingerprints in a shard that was published. */
export function fingerprintsIn(body: string): Buffer {
  const { fingerprints } = JSON.parse(body) as ListShardDefinition;
  return Buffer.from(fingerprints, 'base64');
}

/** The store holds fingerprints less 2^63, big-endian; the wire has them as they are, little-endian. The order is the same. */
export function wireFingerprints(stored: Uint8Array): Buffer {
  const bytes = Buffer.alloc(stored.length);
  for (let start = 0; start < stored.length; start += 8) {
    for (let index = 0; index < 8; index++) bytes[start + 7 - index] = stored[start + index] ?? 0;
    bytes[start + 7] = (stored[start] ?? 0) ^ 0x80;
  }
  return bytes;
}
