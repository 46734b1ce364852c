import { checksumFits, goesOnBehindEnd, readFrame, supposedEnd, type Frame } from './frame.ts';
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
  return oldLayout === undefined ? searchChain(segment, offset + 1, reading.kind === 'nonsense') : segment.length;
}

/**
 * Where whole frames begin that follow one another up to the very end of the file, or up to a torn end behind which no frame
 * begins. Less is not believed: an item may hold bytes that look like a frame, of any environment, but what comes behind them in
 * the file is not its sender's to choose. With a torn end this does not hold of the very last whole frame, if its head is what
 * was damaged.
 * @param mayBeTorn - false where the search begins in a frame that may itself be the torn end, or whose head is there: what an
 * item in it holds might look like frames with a torn end of their own
 */
function searchChain(segment: Buffer, offset: number, mayBeTorn: boolean): number {
  const leadsNowhere = new Set<number>();
  let torn: { readonly start: number; readonly end: number } | undefined;
  let isTornEndSure = mayBeTorn;
  let checkedBytes = 0;
  for (let start = offset; start < segment.length; start++) {
    for (let at = start; !leadsNowhere.has(at);) {
      const end = supposedEnd(segment, at);
      if (end === undefined) {
        if (at > start && goesOnBehindEnd(segment, at)) torn ??= { start, end: at };
        break;
      }
      checkedBytes += end - at;
      if (checkedBytes > spoolLimits.searchedBytes) return segment.length;
      leadsNowhere.add(at);
      if (!checksumFits(segment, at, end)) break;
      if (end === segment.length) return start;
      if (torn !== undefined && at > torn.end) isTornEndSure = false;
      at = end;
    }
  }
  return torn !== undefined && isTornEndSure ? torn.start : segment.length;
}
