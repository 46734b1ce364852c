import { crc32 } from 'node:zlib';
import { ByteWriter } from '../items/byte-writer.ts';
import type { EncodedItems, EncodedSection } from '../items/encoded-items.ts';
import { readOldItems } from './old-frame.ts';
import { spoolLimits } from './spool-limits.ts';

/**
 * One accepted batch in a segment: length and CRC-32 of what follows (32 bits each, little-endian), then the environment's
 * UUID, the number of sections (a byte), and of each section the table's name (its length a byte), the layout of its rows (16
 * bits), and the numbers of its rows and bytes (32 bits each), with the rows behind.
 */
export type Frame = EncodedItems;

/** Length and checksum. */
export const frameHeadBytes = 8;
const identityBytes = 16;
const leastPayloadBytes = identityBytes + 1;
const sectionHeadBytes = 1 + 2 + 4 + 4;

const identity = new ByteWriter();

export function encodeFrame({ environmentId, sections }: EncodedItems): Uint8Array {
  const length = sections.reduce((sum, { table, bytes }) => sum + sectionHeadBytes + table.length + bytes.length, 0);
  const frame = Buffer.allocUnsafe(frameHeadBytes + leastPayloadBytes + length);
  const payload = frame.subarray(frameHeadBytes);
  identity.clear();
  identity.uuid(environmentId);
  payload.set(identity.written);
  let at = payload.writeUInt8(sections.length, identityBytes);
  for (const { table, layout, rows, bytes } of sections) {
    at = payload.writeUInt8(table.length, at);
    at += payload.write(table, at, 'latin1');
    at = payload.writeUInt16LE(layout, at);
    at = payload.writeUInt32LE(rows, at);
    at = payload.writeUInt32LE(bytes.length, at);
    payload.set(bytes, at);
    at += bytes.length;
  }
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

/**
 * Reads the frame that begins at `offset`.
 * @param oldLayout - of a segment in the former format: the layout of all its rows
 */
export function readFrame(segment: Buffer, offset: number, oldLayout?: number): FrameReading {
  if (offset + frameHeadBytes + leastPayloadBytes > segment.length) return { kind: 'end' };
  const length = segment.readUInt32LE(offset);
  const next = offset + frameHeadBytes + length;
  if (length < leastPayloadBytes || length > spoolLimits.frameBytes || next > segment.length) return { kind: 'end' };
  const payload = segment.subarray(offset + frameHeadBytes, next);
  if (crc32(payload) !== segment.readUInt32LE(offset + 4)) return { kind: 'damaged', next };
  const rest = payload.subarray(identityBytes);
  const sections = oldLayout === undefined ? readSections(rest) : readOldItems(rest, oldLayout);
  if (sections === undefined) return { kind: 'damaged', next };
  return { kind: 'frame', frame: { environmentId: uuidText(payload.subarray(0, identityBytes)), sections }, next };
}

/** Undefined where the lengths don't fit: nobody wrote that. */
function readSections(bytes: Buffer): readonly EncodedSection[] | undefined {
  const sections: EncodedSection[] = [];
  let at = 1;
  for (let left = bytes.readUInt8(0); left > 0; left--) {
    const nameLength = bytes[at] ?? 0;
    const rowsAt = at + sectionHeadBytes + nameLength;
    if (rowsAt > bytes.length) return undefined;
    const table = bytes.toString('latin1', at + 1, at + 1 + nameLength);
    const layout = bytes.readUInt16LE(rowsAt - 10);
    const rows = bytes.readUInt32LE(rowsAt - 8);
    at = rowsAt + bytes.readUInt32LE(rowsAt - 4);
    if (at > bytes.length) return undefined;
    sections.push({ table, layout, rows, bytes: bytes.subarray(rowsAt, at) });
  }
  return sections;
}

/** The text of a UUID in ClickHouse's byte order. */
function uuidText(bytes: Buffer): string {
  const hex = Buffer.concat([Buffer.from(bytes.subarray(0, 8)).reverse(), Buffer.from(bytes.subarray(8)).reverse()]).toString(
    'hex',
  );
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
