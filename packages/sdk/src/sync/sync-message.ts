import type { Entity, EntityRef, ReplicaMessage } from '@stitchd/core';

/** Bytes that are no SyncMessage. */
export class WireError extends Error {}

/** Byte for byte: a checksum is over what comes out. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the encoding of Protocol Buffers. */
class WireReader {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Calls back with each field's number and kind of value, whose value must then be read or skipped. */
  fields(read: (field: number, wireType: number) => void): void {
    while (this.at < this.bytes.length) {
      const tag = this.varint();
      read(Math.floor(tag / 8), tag % 8);
    }
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 63; scale *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new WireError('it is cut off');
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) throw new WireError('a number is too large');
        return value;
      }
    }
    throw new WireError('a number is too long');
  }

  fixed64(): bigint {
    const eight = this.take(8);
    return new DataView(eight.buffer, eight.byteOffset, 8).getBigUint64(0, true);
  }

  chunk(): Uint8Array {
    return this.take(this.varint());
  }

  text(): string {
    return utf8.decode(this.chunk());
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.take(8);
    else if (wireType === 2) this.chunk();
    else if (wireType === 5) this.take(4);
    else throw new WireError(`a field is of the unknown kind ${wireType}`);
  }

  private take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.bytes.length) throw new WireError('it is cut off');
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }
}

/** A field's number and kind as one number, as it is on the wire. */
const tag = (field: number, wireType: number): number => field * 8 + wireType;

function readEntity(bytes: Uint8Array): Entity {
  const reader = new WireReader(bytes);
  const entity = { kind: '', id: '', revision: 0, body: '' };
  reader.fields((field, wireType) => {
    switch (tag(field, wireType)) {
      case tag(1, 2):
        entity.kind = reader.text();
        break;
      case tag(2, 2):
        entity.id = reader.text();
        break;
      case tag(3, 0):
        entity.revision = reader.varint();
        break;
      case tag(4, 2):
        entity.body = reader.text();
        break;
      default:
        reader.skip(wireType);
    }
  });
  return entity;
}

/**
 * Reads a `stitchd.sync.v1.SyncMessage`. By hand: five kinds of field don't need a runtime of their own in every application.
 * Fields that are not known, of a newer server, are passed over.
 * @throws WireError for bytes that are none
 */
export function readSyncMessage(bytes: Uint8Array): ReplicaMessage {
  const reader = new WireReader(bytes);
  const entities: Entity[] = [];
  const removed: EntityRef[] = [];
  const message = { revision: 0, fromRevision: 0, last: false, checksum: 0n, entities, removed };
  reader.fields((field, wireType) => {
    switch (tag(field, wireType)) {
      case tag(1, 0):
        message.revision = reader.varint();
        break;
      case tag(2, 0):
        message.fromRevision = reader.varint();
        break;
      case tag(3, 0):
        message.last = reader.varint() !== 0;
        break;
      case tag(4, 1):
        message.checksum = reader.fixed64();
        break;
      case tag(5, 2):
        entities.push(readEntity(reader.chunk()));
        break;
      case tag(6, 2): {
        const { kind, id } = readEntity(reader.chunk());
        removed.push({ kind, id });
        break;
      }
      default:
        reader.skip(wireType);
    }
  });
  return message;
}

/** Writes a `stitchd.sync.v1.SyncRequest`. */
export function writeSyncRequest(haveRevision: bigint, haveChecksum: bigint): Uint8Array {
  const bytes: number[] = [];
  if (haveRevision > 0n) {
    bytes.push(tag(1, 0));
    let rest = haveRevision;
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
  }
  if (haveChecksum > 0n) {
    bytes.push(tag(2, 1));
    for (let shift = 0n; shift < 64n; shift += 8n) bytes.push(Number((haveChecksum >> shift) & 255n));
  }
  return Uint8Array.from(bytes);
}
