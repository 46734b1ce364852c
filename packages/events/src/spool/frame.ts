import { crc32 } from 'node:zlib';
import type { EncodedItems } from '../items/encode-items.ts';
import { ByteWriter } from '../items/byte-writer.ts';
import { spoolLimits } from './spool-limits.ts';

/**
 * One accepted batch in a segment: length and CRC-32 of what follows, then the environment's UUID, the numbers of events and
 * exposures, the length of the events' rows, the events' rows, the exposures' rows. Numbers are 32 bits, little-endian.
 */
export interface Frame {
  readonly environmentId: string;
  readonly events: { readonly rows: number; readonly bytes: Uint8Array };
  readonly exposures: { readonly rows: number; readonly bytes: Uint8Array };
  /** The frame as it lies in its segment. */
  readonly raw: Uint8Array;
}

/** Length and checksum. */
export const frameHeadBytes = 8;
const itemsHeadBytes = 16 + 4 + 4 + 4;

const identity = new ByteWriter();

export function encodeFrame(items: EncodedItems): Uint8Array {
  const { events, exposures } = items;
  const frame = Buffer.allocUnsafe(frameHeadBytes + itemsHeadBytes + events.bytes.length + exposures.bytes.length);
  const payload = frame.subarray(frameHeadBytes);
  identity.clear();
  identity.uuid(items.environmentId);
  payload.set(identity.written);
  payload.writeUInt32LE(events.rows, 16);
  payload.writeUInt32LE(exposures.rows, 20);
  payload.writeUInt32LE(events.bytes.length, 24);
  payload.set(events.bytes, itemsHeadBytes);
  payload.set(exposures.bytes, itemsHeadBytes + events.bytes.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(crc32(payload), 4);
  return frame;
}

export type FrameReading =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly next: number }
  /** Its length can be believed and its content can't: what comes after may be whole. */
  | { readonly kind: 'damaged'; readonly next: number }
  /** Nothing that can be read begins here. */
  | { readonly kind: 'end' };

/** Reads the frame that begins at `offset`. */
export function readFrame(segment: Buffer, offset: number): FrameReading {
  if (offset + frameHeadBytes + itemsHeadBytes > segment.length) return { kind: 'end' };
  const length = segment.readUInt32LE(offset);
  const next = offset + frameHeadBytes + length;
  if (length < itemsHeadBytes || length > spoolLimits.frameBytes || next > segment.length) return { kind: 'end' };
  const payload = segment.subarray(offset + frameHeadBytes, next);
  if (crc32(payload) !== segment.readUInt32LE(offset + 4)) return { kind: 'damaged', next };
  const eventsEnd = itemsHeadBytes + payload.readUInt32LE(24);
  if (eventsEnd > payload.length) return { kind: 'damaged', next };
  const frame: Frame = {
    environmentId: uuidText(payload.subarray(0, 16)),
    events: { rows: payload.readUInt32LE(16), bytes: payload.subarray(itemsHeadBytes, eventsEnd) },
    exposures: { rows: payload.readUInt32LE(20), bytes: payload.subarray(eventsEnd) },
    raw: segment.subarray(offset, next),
  };
  return { kind: 'frame', frame, next };
}

/** The text of a UUID in ClickHouse's byte order. */
function uuidText(bytes: Buffer): string {
  const hex = Buffer.concat([Buffer.from(bytes.subarray(0, 8)).reverse(), Buffer.from(bytes.subarray(8)).reverse()]).toString(
    'hex',
  );
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
