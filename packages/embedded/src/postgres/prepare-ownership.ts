import { chmodSync, lchownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ownerOf } from './identity-surroundings.ts';
import type { ServerIdentity } from './server-identity.ts';
import { fileOwner } from './server-identity.ts';

/**
 * Makes the engine's directory and gives it, with everything in it, to whoever the server runs as. Only root can change
 * owners, and only root's identity can change from one start to the next.
 */
export function prepareOwnership(identity: ServerIdentity, dataDirectory: string, engineDirectory: string): void {
  mkdirSync(engineDirectory, { recursive: true, mode: 0o700 });
  if (identity.kind === 'self') return;
  if (identity.kind === 'user' && identity.openDirectory) {
    chmodSync(dataDirectory, (statSync(dataDirectory).mode & 0o7777) | 0o011);
  }
  const { uid, gid } = fileOwner(identity) ?? { uid: 0, gid: 0 };
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
