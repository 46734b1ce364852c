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
  /** Its checksum is wrong; where its length can be believed, what begins at `next` may be whole. */
  | { readonly kind: 'damaged'; readonly next: number }
  /** It goes on behind the end of the file, as a frame does whose writer died while it wrote. */
  | { readonly kind: 'incomplete' }
  /** No frame that anybody wrote begins like this. */
  | { readonly kind: 'nonsense' };

/**
 * Reads the frame that begins at `offset`. Where its length does not lead to an end at which the checksum fits, the lengths of
 * its sections may: a frame of which the length alone is wrong is read whole.
 * @param oldLayout - of a segment in the former format: the layout of all its rows
 */
export function readFrame(segment: Buffer, offset: number, oldLayout?: number): FrameReading {
  if (offset + 4 > segment.length) return { kind: 'incomplete' };
  const length = segment.readUInt32LE(offset);
  const isPossible = isPossibleLength(length);
  const next = offset + frameHeadBytes + length;
  const isThere = isPossible && next <= segment.length;
  const bySections = oldLayout === undefined ? readSections(segment, offset + frameHeadBytes + identityBytes)?.end : undefined;
  for (const end of [isThere ? next : undefined, bySections]) {
    const frame = end === undefined ? undefined : frameUpTo(segment, offset, end, oldLayout);
    if (frame !== undefined && end !== undefined) return { kind: 'frame', frame, next: end };
  }
  if (isThere) return { kind: 'damaged', next };
  const canBegin = oldLayout === undefined ? goesOnBehindEnd(segment, offset) : isPossible;
  return { kind: canBegin ? 'incomplete' : 'nonsense' };
}

/** Whether a frame may begin at `offset` that goes on behind the end of the file: its lengths fit one another. Reads no rows. */
export function goesOnBehindEnd(segment: Buffer, offset: number): boolean {
  if (offset + 4 > segment.length) return true;
  const length = segment.readUInt32LE(offset);
  const end = offset + frameHeadBytes + length;
  return isPossibleLength(length) && end > segment.length && sectionsFit(segment, offset, end);
}

function isPossibleLength(length: number): boolean {
  return length >= leastPayloadBytes && length <= spoolLimits.frameBytes;
}

/** Where a frame would end that begins at `offset`; undefined where its length and those of its sections disagree. */
export function supposedEnd(segment: Buffer, offset: number): number | undefined {
  if (offset + frameHeadBytes + leastPayloadBytes > segment.length) return undefined;
  const end = offset + frameHeadBytes + segment.readUInt32LE(offset);
  if (end > segment.length) return undefined;
  return readSections(segment, offset + frameHeadBytes + identityBytes)?.end === end ? end : undefined;
}

/** Whether what lies between a frame's beginning and its end is what was written. */
export function checksumFits(segment: Buffer, offset: number, end: number): boolean {
  return crc32(segment.subarray(offset + frameHeadBytes, end)) === segment.readUInt32LE(offset + 4);
}

function frameUpTo(segment: Buffer, offset: number, end: number, oldLayout: number | undefined): Frame | undefined {
  if (!checksumFits(segment, offset, end)) return undefined;
  const payload = segment.subarray(offset + frameHeadBytes, end);
  const sections =
    oldLayout === undefined
      ? readSections(payload, identityBytes)?.sections
      : readOldItems(payload.subarray(identityBytes), oldLayout);
  return sections && { environmentId: uuidText(payload.subarray(0, identityBytes)), sections };
}

/** Whether the sections of a frame that goes on behind the end of the file, up to `end`, are as long as it, as far as they are there. */
function sectionsFit(segment: Buffer, offset: number, end: number): boolean {
  const countAt = offset + frameHeadBytes + identityBytes;
  if (countAt >= segment.length) return true;
  let at = countAt + 1;
  for (let left = segment.readUInt8(countAt); left > 0; left--) {
    const section = sectionAt(segment, at);
    if (section === undefined) return at < end;
    at = section.end;
  }
  return at === end;
}

/** Undefined where its head is not whole. */
function sectionAt(bytes: Buffer, at: number): { readonly rowsAt: number; readonly end: number } | undefined {
  const rowsAt = at + sectionHeadBytes + (bytes[at] ?? 0);
  if (rowsAt > bytes.length) return undefined;
  return { rowsAt, end: rowsAt + bytes.readUInt32LE(rowsAt - 4) };
}

/** @returns undefined where they go on behind the end of the bytes */
function readSections(
  bytes: Buffer,
  offset: number,
): { readonly sections: readonly EncodedSection[]; readonly end: number } | undefined {
  const sections: EncodedSection[] = [];
  let at = offset + 1;
  if (at > bytes.length) return undefined;
  for (let left = bytes.readUInt8(offset); left > 0; left--) {
    const section = sectionAt(bytes, at);
    if (section === undefined || section.end > bytes.length) return undefined;
    const { rowsAt, end } = section;
    const table = bytes.toString('latin1', at + 1, rowsAt - sectionHeadBytes + 1);
    const layout = bytes.readUInt16LE(rowsAt - 10);
    sections.push({ table, layout, rows: bytes.readUInt32LE(rowsAt - 8), bytes: bytes.subarray(rowsAt, end) });
    at = end;
  }
  return { sections, end: at };
}

/** The text of a UUID in ClickHouse's byte order. */
function uuidText(bytes: Buffer): string {
  const hex = Buffer.concat([Buffer.from(bytes.subarray(0, 8)).reverse(), Buffer.from(bytes.subarray(8)).reverse()]).toString(
    'hex',
  );
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
