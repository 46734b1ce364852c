import type { Entity } from '@stitchd/core';
import { encodeSyncMessages } from '@stitchd/proto';
import { maxSyncMessageBytes } from '../limits.ts';
import { grpcFrame } from './grpc-frame.ts';

export interface StateOfReplica {
  readonly revision: bigint;
  readonly checksum: bigint;
  entities(): Iterable<Entity>;
}

/** A whole state as gRPC frames of at most 1 MiB, unless a single entity is larger. */
export function encodeSnapshot(replica: StateOfReplica): readonly Buffer[] {
  const entities = Array.from(replica.entities(), ({ kind, id, revision: at, body }) => ({
    kind,
    id,
    revision: at,
    body: Buffer.from(body),
  }));
  const { revision, checksum } = replica;
  return encode({ revision, fromRevision: 0n, checksum, entities });
}

/** A message that changes nothing: by it an SDK sees that it is up to date, or that it missed something. */
export function encodeHeartbeat({ revision, checksum }: Pick<StateOfReplica, 'revision' | 'checksum'>): readonly Buffer[] {
  return encode({ revision, fromRevision: revision, checksum, entities: [] });
}

function encode(change: Omit<Parameters<typeof encodeSyncMessages>[0], 'removed'>): readonly Buffer[] {
  return encodeSyncMessages({ ...change, removed: [] }, maxSyncMessageBytes).map(grpcFrame);
}
