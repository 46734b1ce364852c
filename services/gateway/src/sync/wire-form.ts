import { fromBinary } from '@bufbuild/protobuf';
import { type ReplicaMessage, writeReplicaMessage } from '@stitchd/core';
import { SyncMessageSchema, type SyncMessage } from '@stitchd/proto/sync/v1/sync';
import { eventChunk } from './event-chunk.ts';
import { framedMessage } from './grpc-frame.ts';

/** How the same messages are written: as gRPC frames of protobuf, or as server-sent events of JSON. */
export type WireForm = 'grpc' | 'events';

// A byte order mark is part of a body like any other character.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** A message as the replica takes it. */
export function asReplicaMessage(message: SyncMessage): ReplicaMessage {
  return { ...message, entities: message.entities.map((entity) => ({ ...entity, body: utf8.decode(entity.body) })) };
}

/** The same message as a server-sent event. Its id is where a reader stands that has taken it in: of a state, its last part's. */
export function eventOfFrame(frame: Buffer): Buffer {
  const message = writeReplicaMessage(asReplicaMessage(fromBinary(SyncMessageSchema, framedMessage(frame))));
  const id = message.last ? eventIdOf(message) : undefined;
  return eventChunk({ event: 'message', id, data: JSON.stringify(message) });
}

/** Names a state: its revision and checksum. */
export function eventIdOf({ revision, checksum }: { readonly revision: number; readonly checksum: string }): string {
  return `${revision}-${checksum}`;
}

const eventIdPattern = /^(\d{1,15})-([0-9a-f]{16})$/;

/** Where a reader stands by the id of the last event it took in; of anything else: nowhere, so that it gets everything. */
export function positionOfEventId(text: unknown): { readonly revision: bigint; readonly checksum: bigint } {
  const [, revision = '0', checksum = '0'] = (typeof text === 'string' ? eventIdPattern.exec(text) : null) ?? [];
  return { revision: BigInt(revision), checksum: BigInt(`0x${checksum}`) };
}
