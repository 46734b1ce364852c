import type { EncodedSection } from '../items/encoded-items.ts';

const headBytes = 12;

/**
 * What follows the environment in a frame of a segment's first format: the numbers of events and exposures, the length of the
 * events' rows, the events' rows, the exposures' rows. Segments of it may lie in the spool of whoever updates.
 * @returns undefined where the lengths don't fit
 */
export function readOldItems(bytes: Buffer, layout: number): readonly EncodedSection[] | undefined {
  if (bytes.length < headBytes) return undefined;
  const eventsEnd = headBytes + bytes.readUInt32LE(8);
  if (eventsEnd > bytes.length) return undefined;
  const sections = [
    { table: 'event', layout, rows: bytes.readUInt32LE(0), bytes: bytes.subarray(headBytes, eventsEnd) },
    { table: 'exposure', layout, rows: bytes.readUInt32LE(4), bytes: bytes.subarray(eventsEnd) },
  ];
  return sections.filter(({ rows }) => rows > 0);
}
