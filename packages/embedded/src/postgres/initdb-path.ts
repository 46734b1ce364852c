import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { socketRoot } from '../data-directory/private-directory.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

/** Programs at a path that `initdb` can work from, and what removes them again. */
export interface InitdbPath {
  readonly binaries: PostgresBinaries;
  remove(): void;
}

/** What a shell reads inside of double quotes. */
const readByShell = /["$`\\\n]/;

/**
 * `initdb` calls `postgres` beside it through a shell, its path in double quotes and not escaped. Under a path with what a
 * shell reads there, the programs (60 MB) are copied for this one call; `postgres` itself uses no shell.
 */
export function openInitdbPath(binaries: PostgresBinaries): InitdbPath {
  if (!readByShell.test(binaries.initdb)) return { binaries, remove: () => undefined };
  const copy = mkdtempSync(join(socketRoot(), 'stitchd-'));
  // They are no secret, and the server's user has to run them.
  chmodSync(copy, 0o755);
  cpSync(dirname(dirname(binaries.initdb)), join(copy, 'native'), { recursive: true, verbatimSymlinks: true });
  return {
    binaries: { initdb: join(copy, 'native/bin/initdb'), postgres: join(copy, 'native/bin/postgres') },
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}
