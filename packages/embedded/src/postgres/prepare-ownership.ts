import { chmodSync, lchownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ownerOf } from './identity-surroundings.ts';
import { fileOwner, type ServerIdentity } from './server-identity.ts';

/** The mode bits that let everybody pass through a directory, without seeing what is in it. */
const passOthers = 0o011;

/**
 * Makes the engine's directory and gives it, with everything in it, to whoever the server runs as. Only root can change
 * owners, and only root's identity can change from one start to the next.
 */
export function prepareOwnership(identity: ServerIdentity, dataDirectory: string, engineDirectory: string): void {
  mkdirSync(engineDirectory, { recursive: true, mode: 0o700 });
  if (identity.kind === 'self') return;
  const { uid, gid } = fileOwner(identity) ?? { uid: 0, gid: 0 };
  const directory = statSync(dataDirectory);
  if (identity.kind === 'user' && identity.openDirectory) chmodSync(dataDirectory, (directory.mode & 0o7777) | passOthers);
  // Inside a user namespace root passes only what is root's or open to all.
  const closedToRoot = identity.kind === 'user-namespace' && directory.uid !== 0 && (directory.mode & passOthers) !== passOthers;
  if (closedToRoot) lchownSync(dataDirectory, uid, gid);
  if (ownerOf(engineDirectory)?.uid !== uid) giveTree(engineDirectory, uid, gid);
}

/** Children first: a change of owner that was interrupted is then seen at the top and done again. */
function giveTree(path: string, uid: number, gid: number): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) giveTree(child, uid, gid);
    else lchownSync(child, uid, gid);
  }
  lchownSync(path, uid, gid);
}
