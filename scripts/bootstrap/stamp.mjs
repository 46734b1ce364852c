import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A note in `node_modules` of the state for which a step was done; it goes away with `node_modules`.
 * @param {string} root
 * @param {string} name
 */
export function stamp(root, name) {
  const path = join(root, 'node_modules/.stitchd', name);
  return {
    /** @param {string} state */
    matches(state) {
      try {
        return readFileSync(path, 'utf8') === state;
      } catch {
        return false; // Not there, or not readable: the step is done again.
      }
    },
    clear: () => rmSync(path, { force: true }),
    /** @param {string} state */
    set(state) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, state);
      renameSync(`${path}.new`, path);
    },
  };
}
