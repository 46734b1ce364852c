import { create, toBinary } from '@bufbuild/protobuf';
import type { EntityRef } from '@stitchd/core';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';

/** A published definition, encoded once. */
export interface EncodedEntity extends EntityRef {
  readonly revision: number;
  /** UTF-8 JSON. */
  readonly body: Uint8Array;
}

/** A state, or what leads to it from another. */
export interface StateChange {
  readonly revision: number;
  /** 0: the whole state. */
  readonly fromRevision: number;
  /** Of the whole resulting state. */
  readonly checksum: bigint;
  readonly entities: readonly EncodedEntity[];
  readonly removed: readonly EntityRef[];
}

/** Bytes that encoding adds at most: tags, lengths and numbers of an entity, of a reference, and of the message itself. */
const entityOverhead = 40;
const referenceOverhead = 20;
const messageOverhead = 48;

interface Part {
  readonly entities: EncodedEntity[];
  readonly removed: EntityRef[];
  bytes: number;
}

/**
 * A change as encoded messages of at most `maxBytes` each, `last` on the final one; a single entity beyond that travels alone.
 * At least one message: without entities and removals it is a heartbeat, or an empty snapshot.
 */
export function encodeSyncMessages(change: StateChange, maxBytes: number): readonly Uint8Array<ArrayBuffer>[] {
  const parts: Part[] = [];
  const partFor = (bytes: number): Part => {
    const open = parts.at(-1);
    if (open !== undefined && open.bytes + bytes <= maxBytes) {
      open.bytes += bytes;
      return open;
    }
    const part = { entities: [], removed: [], bytes: messageOverhead + bytes };
    parts.push(part);
    return part;
  };
  for (const ref of change.removed) partFor(referenceOverhead + textBytes(ref)).removed.push(ref);
  for (const entity of change.entities) partFor(entityOverhead + textBytes(entity) + entity.body.length).entities.push(entity);
  if (parts.length === 0) partFor(0);
  return parts.map((part, index) => encodePart(change, part, index === parts.length - 1));
}

function textBytes({ kind, id }: EntityRef): number {
  return Buffer.byteLength(kind) + Buffer.byteLength(id);
}

function encodePart(change: StateChange, { entities, removed }: Part, last: boolean): Uint8Array<ArrayBuffer> {
  const message = create(SyncMessageSchema, {
    revision: BigInt(change.revision),
    fromRevision: BigInt(change.fromRevision),
    last,
    checksum: change.checksum,
    entities: entities.map((entity) => ({ ...entity, revision: BigInt(entity.revision) })),
    removed: removed.map(({ kind, id }) => ({ kind, id })),
  });
  return toBinary(SyncMessageSchema, message);
}
