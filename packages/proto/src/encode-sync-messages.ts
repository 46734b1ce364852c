import { create, toBinary } from '@bufbuild/protobuf';
import { SyncMessageSchema } from './gen/stitchd/sync/v1/sync_pb.ts';

/** Names an entity. */
export interface SyncEntityRef {
  readonly kind: string;
  readonly id: string;
}

/** A published definition as it travels. */
export interface SyncEntity extends SyncEntityRef {
  readonly revision: bigint | number;
  /** UTF-8 JSON. */
  readonly body: Uint8Array;
}

/** A state of definitions, or what leads to it from another. */
export interface SyncChange {
  readonly revision: bigint | number;
  /** 0: the whole state. */
  readonly fromRevision: bigint | number;
  /** Of the whole resulting state. */
  readonly checksum: bigint;
  readonly entities: readonly SyncEntity[];
  readonly removed: readonly SyncEntityRef[];
}

/** Bytes that encoding adds at most: tags, lengths and numbers of an entity, of a reference, and of the message itself. */
const entityOverhead = 40;
const referenceOverhead = 20;
const messageOverhead = 48;

interface Part {
  readonly entities: SyncEntity[];
  readonly removed: SyncEntityRef[];
  bytes: number;
}

const utf8 = new TextEncoder();

/**
 * A change as encoded `SyncMessage`s of at most `maxBytes` each, `last` on the final one; a single entity beyond that travels
 * alone. At least one message: without entities and removals it is a heartbeat, or an empty snapshot.
 */
export function encodeSyncMessages(change: SyncChange, maxBytes: number): readonly Uint8Array<ArrayBuffer>[] {
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

function textBytes({ kind, id }: SyncEntityRef): number {
  return utf8.encode(kind).length + utf8.encode(id).length;
}

function encodePart(change: SyncChange, { entities, removed }: Part, last: boolean): Uint8Array<ArrayBuffer> {
  const message = create(SyncMessageSchema, {
    revision: BigInt(change.revision),
    fromRevision: BigInt(change.fromRevision),
    last,
    checksum: change.checksum,
    entities: entities.map(({ kind, id, revision, body }) => ({ kind, id, revision: BigInt(revision), body })),
    removed: removed.map(({ kind, id }) => ({ kind, id })),
  });
  return toBinary(SyncMessageSchema, message);
}
