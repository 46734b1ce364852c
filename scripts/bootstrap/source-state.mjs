import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that are results, and files that no build reads. */
const leftOut = /^(node_modules|dist|coverage|\..*)$|\.(test|test-support)\.(ts|tsx|mjs)$|\.md$/;

/**
 * The paths, sizes and times of all sources in the folders, as one hash: reading them would take too long for every start.
 * @param {string} root
 * @param {readonly string[]} paths files and folders, relative to the root
 */
export function sourceState(root, paths) {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    if (found === undefined) return;
    if (!found.isDirectory()) return void hash.update(`${path}\0${found.size}\0${found.mtimeMs}\0`);
    for (const name of readdirSync(join(root, path)).sort()) if (!leftOut.test(name)) add(`${path}/${name}`);
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}
