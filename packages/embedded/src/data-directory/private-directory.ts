import { chownSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEngineError } from '../embedded-engine-error.ts';
import { embeddedLimits } from '../limits.ts';

/** Whether a socket of this name fits into `sockaddr_un`. */
export function fitsSocketPath(path: string): boolean {
  return Buffer.byteLength(path) <= embeddedLimits.socketPathBytes;
}

/** The temporary directory, or `/tmp` where TMPDIR is too long to hold sockets. */
export function socketRoot(temporaryDirectory: string = tmpdir()): string {
  const longestName = 'stitchd-0123456789abcdef0123456789abcdef/.s.PGSQL.5432.lock';
  return fitsSocketPath(join(temporaryDirectory, longestName)) ? temporaryDirectory : '/tmp';
}

/** Makes a fresh directory (mode 0700, random name) for one run's sockets; `owner` gets it where given. */
export function createSocketDirectory(owner?: { readonly uid: number; readonly gid: number }): string {
  const directory = mkdtempSync(join(socketRoot(), 'stitchd-'));
  if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
  return directory;
}

/**
 * Makes a directory with a fixed name under the shared temporary directory, or takes an existing one if nobody else can
 * write it: the name can be guessed, so a stranger's directory, or a link, is refused.
 */
export function claimPrivateDirectory(directory: string, uid: number = process.getuid?.() ?? 0): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(directory);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new EmbeddedEngineError(
      'DATA_DIRECTORY_UNUSABLE',
      `${directory} belongs to somebody else or is open to others. Remove it, or set TMPDIR to a directory of your own.`,
    );
  }
}
