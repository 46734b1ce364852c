import { encodeBase64, type ListShardDefinition } from '@stitchd/core';
import type { ListSide } from '@stitchd/db/segment';

/** The id of a shard's entity; the same whatever the number of shards, so that a list that is cut anew replaces them. */
export function shardId(segmentId: string, side: ListSide, shard: number): string {
  return `${segmentId}:${side}:${shard}`;
}

/** A shard as SDKs get it. */
export function shardBody(segmentKey: string, side: ListSide, of: number, shard: number, stored: Uint8Array): string {
  const definition: ListShardDefinition = {
    segment: segmentKey,
    side,
    shard,
    of,
    fingerprints: encodeBase64(littleEndian(stored)),
  };
  return JSON.stringify(definition);
}

/** The store holds fingerprints less 2^63, big-endian; the wire has them as they are, little-endian. The order is the same. */
function littleEndian(stored: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(stored.length);
  for (let start = 0; start < stored.length; start += 8) {
    for (let index = 0; index < 8; index++) bytes[start + 7 - index] = stored[start + index] ?? 0;
    bytes[start + 7] = (stored[start] ?? 0) ^ 0x80;
  }
  return bytes;
}
