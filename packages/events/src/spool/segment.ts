import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { columnsOf } from '../items/item-tables.ts';
import { readFrame, type Frame } from './frame.ts';

/** Files of a spool that hold batches. */
export const segmentSuffix = '.segment';

const magic = 0x70_74_53_53;
/** The first format had one layout for all rows, in its head, and events and exposures alone. */
const formerVersion = 1;
const formatVersion = 2;
export const segmentHeadBytes = 16;

/** What a segment begins with: what it is, and when it was begun. */
export function encodeSegmentHead(beganAtMs: number): Buffer {
  const head = Buffer.alloc(segmentHeadBytes);
  head.writeUInt32LE(magic, 0);
  head.writeUInt16LE(formatVersion, 4);
  head.writeDoubleLE(beganAtMs, 8);
  return head;
}

export interface SegmentContent {
  readonly beganAtMs: number;
  readonly frames: readonly Frame[];
  /** Bytes at the end that were being written when the writer died: no one was told that they are stored. */
  readonly tornBytes: number;
  /** Frames in the middle whose checksum is wrong. */
  readonly damagedFrames: number;
}

export type SegmentReading = { readonly kind: 'segment'; readonly content: SegmentContent } | { readonly kind: 'unreadable' };

/** Reads a closed segment; the same file always gives the same frames. */
export async function readSegment(file: string): Promise<SegmentReading> {
  const bytes = await readFile(file);
  if (bytes.length < segmentHeadBytes) {
    // The writer died before its first batch.
    const content = { beganAtMs: 0, frames: [], tornBytes: bytes.length, damagedFrames: 0 };
    return { kind: 'segment', content };
  }
  const version = bytes.readUInt16LE(4);
  if (bytes.readUInt32LE(0) !== magic || (version !== formatVersion && version !== formerVersion)) return { kind: 'unreadable' };
  const oldLayout = version === formerVersion ? bytes.readUInt16LE(6) : undefined;
  const frames: Frame[] = [];
  let damagedFrames = 0;
  let pendingDamage = 0;
  let end = segmentHeadBytes;
  for (let offset = segmentHeadBytes; ;) {
    const reading = readFrame(bytes, offset, oldLayout);
    if (reading.kind === 'end') break;
    offset = reading.next;
    if (reading.kind === 'damaged') {
      pendingDamage++;
      continue;
    }
    // Damage before a whole frame lies in the middle; damage after the last one is a torn end.
    damagedFrames += pendingDamage;
    pendingDamage = 0;
    end = offset;
    if (!reading.frame.sections.every(({ table, layout }) => columnsOf(table, layout))) return { kind: 'unreadable' };
    frames.push(reading.frame);
  }
  const content = { beganAtMs: bytes.readDoubleLE(8), frames, tornBytes: bytes.length - end, damagedFrames };
  return { kind: 'segment', content };
}

/** Writes a whole file so that it survives a loss of power, its name included. */
export async function writeDurably(file: string, chunks: readonly Uint8Array[]): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writev([...chunks]);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await syncDirectory(path.dirname(file));
}

export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
