import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeDurably } from './segment.ts';

const noRoomCodes: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Whether a write failed because the disk, a quota or a limit of the process is at its end. */
export function isNoRoom(error: unknown): boolean {
  return noRoomCodes.has((error as NodeJS.ErrnoException).code);
}

/** What a small batch takes. */
const triedBytes = 4_096;

/** Writes a file as durably as a batch, and removes it. @returns why it failed */
export async function tryWriting(directory: string): Promise<unknown> {
  const file = path.join(directory, 'try');
  try {
    await writeDurably(file, [Buffer.alloc(triedBytes, 1)]);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}
