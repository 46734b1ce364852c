import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { columnsOf } from '../items/item-tables.ts';
import type { Frame } from './frame.ts';
import { readFrames, type FramesReading } from './read-frames.ts';

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

export interface SegmentContent extends FramesReading {
  /** 0 where it can't be read. */
  readonly beganAtMs: number;
  /** Of the whole file. */
  readonly bytes: number;
}

export type SegmentReading = { readonly kind: 'segment'; readonly content: SegmentContent } | { readonly kind: 'unreadable' };

/** Reads a closed segment; the same file always gives the same frames. */
export async function readSegment(file: string): Promise<SegmentReading> {
  const bytes = await readFile(file);
  if (bytes.length < segmentHeadBytes) {
    // The writer died before its first batch.
    const content = { beganAtMs: 0, bytes: bytes.length, frames: [], tornBytes: bytes.length, unreadBytes: 0 };
    return { kind: 'segment', content };
  }
  if (bytes.readUInt32LE(0) !== magic) return readHeadless(bytes);
  const version = bytes.readUInt16LE(4);
  if (version !== formatVersion && version !== formerVersion) return { kind: 'unreadable' };
  const oldLayout = version === formerVersion ? bytes.readUInt16LE(6) : undefined;
  const reading = readFrames(bytes, segmentHeadBytes, oldLayout);
  if (!areOurs(reading.frames)) return { kind: 'unreadable' };
  return { kind: 'segment', content: { beganAtMs: beganAtOf(bytes), bytes: bytes.length, ...reading } };
}

/** Where the beginning is damaged, and batches of ours follow, it is a segment of ours all the same. */
function readHeadless(bytes: Buffer): SegmentReading {
  const { frames, tornBytes, unreadBytes } = readFrames(bytes, segmentHeadBytes);
  if (frames.length === 0 || !areOurs(frames)) return { kind: 'unreadable' };
  const content = { beganAtMs: 0, bytes: bytes.length, frames, tornBytes, unreadBytes: segmentHeadBytes + unreadBytes };
  return { kind: 'segment', content };
}

function areOurs(frames: readonly Frame[]): boolean {
  return frames.every(({ sections }) => sections.every(({ table, layout }) => columnsOf(table, layout)));
}

/** No checksum protects it: what is no time is the earliest one, so that whoever asks since when items wait is told too much. */
function beganAtOf(bytes: Buffer): number {
  const beganAtMs = bytes.readDoubleLE(8);
  return Number.isFinite(beganAtMs) ? Math.max(0, beganAtMs) : 0;
}

/** Writes a whole file so that it survives a loss of power, its name included. */
export async function writeDurably(file: string, chunks: readonly Uint8Array[]): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    // Not `writev`, which writes a part where the disk is filling up, and says so only to whoever counts.
    await handle.writeFile(Buffer.concat(chunks));
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
