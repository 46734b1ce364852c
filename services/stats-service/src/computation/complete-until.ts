import type { JobBounds } from '@stitchd/db/stats';

/** Until when what was accepted is part of what these bounds read, as far as is known. */
export function completeUntil({ dataUntil, spools }: JobBounds): string {
  const waitsFrom = spools?.storedUntil ?? dataUntil;
  return Date.parse(waitsFrom) < Date.parse(dataUntil) ? waitsFrom : dataUntil;
}
