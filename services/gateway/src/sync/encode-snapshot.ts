import { create, toBinary } from '@bufbuild/protobuf';
import type { Entity } from '@stitchd/core';
import { EntitySchema, SyncMessageSchema, type Entity as EntityMessage } from '@stitchd/proto/sync/v1/sync';
import { maxSyncMessageBytes } from '../limits.ts';
import { grpcFrame } from './grpc-frame.ts';

export interface StateOfReplica {
  readonly revision: bigint;
  readonly checksum: bigint;
  entities(): Iterable<Entity>;
}

/** Bytes at most of an entity beside kind, id and body, and of a message beside its entities: tags, lengths and numbers. */
const entityOverhead = 40;
const messageOverhead = 48;

/** A whole state as gRPC frames of at most 1 MiB, unless a single entity is larger. */
export function encodeSnapshot(replica: StateOfReplica): readonly Buffer[] {
  const encoder = new TextEncoder();
  const messages: EntityMessage[][] = [[]];
  let size = messageOverhead;
  for (const { kind, id, revision, body } of replica.entities()) {
    const entity = create(EntitySchema, { kind, id, revision: BigInt(revision), body: encoder.encode(body) });
    const bytes = entity.body.length + Buffer.byteLength(kind) + Buffer.byteLength(id) + entityOverhead;
    if (size + bytes > maxSyncMessageBytes && size > messageOverhead) {
      messages.push([]);
      size = messageOverhead;
    }
    messages.at(-1)?.push(entity);
    size += bytes;
  }
  return messages.map((entities, at) => encode(replica, entities, at === messages.length - 1));
}

function encode({ revision, checksum }: StateOfReplica, entities: EntityMessage[], last: boolean): Buffer {
  const message = create(SyncMessageSchema, { revision, fromRevision: 0n, last, checksum, entities });
  return grpcFrame(toBinary(SyncMessageSchema, message));
}

/** A message that changes nothing: by it an SDK sees that it is up to date, or that it missed something. */
export function encodeHeartbeat({ revision, checksum }: Pick<StateOfReplica, 'revision' | 'checksum'>): Buffer {
  const message = create(SyncMessageSchema, { revision, fromRevision: revision, last: true, checksum });
  return grpcFrame(toBinary(SyncMessageSchema, message));
}
