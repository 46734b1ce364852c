import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, readdirSync, realpathSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { embeddedLimits } from '../limits.ts';
import { EmbeddedEngineError } from '../embedded-engine-error.ts';
import { DataDirectoryInUseError } from './data-directory-in-use-error.ts';
import { askClaim, listenWithClaim, type LockClaim } from './lock-socket.ts';
import { claimPrivateDirectory, fitsSocketPath, socketRoot } from './private-directory.ts';

/** A held lock. It ends with the process, however that ends. */
export interface DataDirectoryLock {
  /** The directory's real path. */
  readonly directory: string;
  /** Lets go; calling it again does nothing. */
  release(): Promise<void>;
}

const lockName = /^lock-[0-9a-f]{16}\.sock$/;

/**
 * Makes the directory (mode 0700) if it isn't there and locks it for this process.
 *
 * Node has no `flock`, so a lock is a Unix socket that somebody listens on: the kernel closes it when its process ends. Each
 * start listens under a name of its own and then asks all the others: names are never reused, so a socket that refuses is
 * surely left over and may be removed, and of two starts that meet exactly one goes on.
 *
 * @throws {DataDirectoryInUseError} another process, or this one, holds it.
 * @throws {EmbeddedEngineError} `DATA_DIRECTORY_UNUSABLE` where this user can't write it, or where the path is too long for
 * sockets and the private directory that stands in for it belongs to somebody else.
 */
export async function lockDataDirectory(directory: string): Promise<DataDirectoryLock> {
  const real = makeDataDirectory(directory);
  const { claim, server, path, sockets } = await announce(real);
  const release = async (): Promise<void> => {
    await close(server, path);
    if (sockets !== real) removeIfEmpty(sockets);
  };
  try {
    await outlastOthers(real, sockets, claim.name);
  } catch (error) {
    await release();
    throw error;
  }
  claim.held = true;
  return { directory: real, release };
}

interface Announcement {
  readonly claim: { readonly pid: number; readonly name: string; held: boolean };
  readonly server: Server;
  readonly sockets: string;
  readonly path: string;
}

/** Listens under a name of its own. */
async function announce(real: string): Promise<Announcement> {
  const id = randomBytes(8).toString('hex');
  const claim = { pid: process.pid, name: `lock-${id}.sock`, held: false };
  for (let attempt = 1; ; attempt++) {
    const sockets = socketDirectoryOf(real);
    const path = join(sockets, claim.name);
    // Bound under another name first: between bind and listen a socket refuses, and others would take it for left over.
    const bound = join(sockets, `bind-${id}.sock`);
    try {
      const server = await listenWithClaim(bound, () => claim);
      renameSync(bound, path);
      return { claim, server, sockets, path };
    } catch (error) {
      // The private directory was removed by another, who let go of it at this moment.
      const isGone = ['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '') && sockets !== real;
      if (!isGone || attempt === embeddedLimits.lockAttempts) throw error;
    }
  }
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/**
 * Makes the directory (mode 0700) where it isn't there and comes back with its real path.
 *
 * @throws {EmbeddedEngineError} `DATA_DIRECTORY_UNUSABLE` where this user can't make or write it.
 */
export function makeDataDirectory(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(directory);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedEngineError(
      'DATA_DIRECTORY_UNUSABLE',
      `The data directory ${directory} can't be used by this user: ${reason}.`,
      {
        cause: error,
      },
    );
  }
}

async function outlastOthers(directory: string, sockets: string, own: string): Promise<void> {
  let other: LockClaim | undefined;
  for (let attempt = 0; attempt < embeddedLimits.lockAttempts; attempt++) {
    const found = await findOther(directory, sockets, own);
    if (found === undefined) return;
    if (found.held || found.name < own) throw new DataDirectoryInUseError(directory, found.pid);
    other = found;
    await pause(embeddedLimits.lockRetryMs);
  }
  throw new DataDirectoryInUseError(directory, other?.pid);
}

/** The other claim that counts most (held, or the smallest name); removes sockets that nobody listens on. */
async function findOther(directory: string, sockets: string, own: string): Promise<LockClaim | undefined> {
  let first: LockClaim | undefined;
  for (const name of readdirSync(sockets)
    .filter((entry) => lockName.test(entry) && entry !== own)
    .toSorted()) {
    const path = join(sockets, name);
    const answer = await askClaim(path);
    if (answer.kind === 'gone') rmSync(path, { force: true });
    else if (answer.kind === 'silent') throw new DataDirectoryInUseError(directory, undefined);
    else if (answer.claim.held) return answer.claim;
    else first ??= answer.claim;
  }
  return first;
}

/** The directory itself, or, where its path is too long for a socket, a private one named after it. */
function socketDirectoryOf(real: string): string {
  if (fitsSocketPath(join(real, 'lock-0123456789abcdef.sock'))) return real;
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 32);
  const directory = join(socketRoot(), `stitchd-${hash}`);
  claimPrivateDirectory(directory);
  return directory;
}

async function close(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  if (!server.listening) return;
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
