import { checksumFits, readFrame, supposedEnd, type Frame } from './frame.ts';
import { spoolLimits } from './spool-limits.ts';

export interface FramesReading {
  readonly frames: readonly Frame[];
  /** The ordinary torn end, in bytes: of a frame whose writer was killed while it wrote, so that no one was told it is stored. */
  readonly tornBytes: number;
  /** All other bytes that can't be read: damage, which may have taken what was acknowledged. */
  readonly unreadBytes: number;
}

/**
 * Reads a segment's frames from `offset` on, also those behind damage. A torn end is ordinary where a frame goes on behind the
 * end of the file, its lengths fit one another as far as they are there, and nothing can be read after its beginning: a process
 * that is killed leaves the first bytes of what it was writing. Everything else that can't be read is damage, also at the end,
 * and although after a loss of power it may be a frame that no one was told of. A file that was cut off later looks torn; only
 * the replica that wrote it knows how long it was.
 */
export function readFrames(segment: Buffer, offset: number, oldLayout?: number): FramesReading {
  const frames: Frame[] = [];
  let unreadBytes = 0;
  for (let at = offset; at < segment.length;) {
    const reading = readFrame(segment, at, oldLayout);
    if (reading.kind === 'frame') {
      frames.push(reading.frame);
      at = reading.next;
      continue;
    }
    const next = behindDamage(segment, at, oldLayout);
    if (reading.kind === 'incomplete' && next === segment.length) return { frames, tornBytes: next - at, unreadBytes };
    unreadBytes += next - at;
    at = next;
  }
  return { frames, tornBytes: 0, unreadBytes };
}

/** Where reading goes on; the end of the file where nothing more can be read. */
function behindDamage(segment: Buffer, offset: number, oldLayout: number | undefined): number {
  let reading = readFrame(segment, offset, oldLayout);
  while (reading.kind === 'damaged') {
    const { next } = reading;
    if (next === segment.length) return next;
    reading = readFrame(segment, next, oldLayout);
    if (reading.kind === 'frame') return next;
  }
  return oldLayout === undefined ? searchChain(segment, offset + 1) : segment.length;
}

/**
 * Where whole frames begin that follow one another up to the very end of the file. Less is not believed: an item may hold bytes
 * that look like a frame, of any environment, but what comes behind them in the file is not its sender's to choose.
 */
function searchChain(segment: Buffer, offset: number): number {
  const leadsNowhere = new Set<number>();
  let checkedBytes = 0;
  for (let start = offset; start < segment.length; start++) {
    for (let at = start; !leadsNowhere.has(at);) {
      const end = supposedEnd(segment, at);
      if (end === undefined) break;
      checkedBytes += end - at;
      if (checkedBytes > spoolLimits.searchedBytes) return segment.length;
      leadsNowhere.add(at);
      if (!checksumFits(segment, at, end)) break;
      if (end === segment.length) return start;
      at = end;
    }
  }
  return segment.length;
}
