import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createSocketDirectory } from './private-directory.ts';

/** A directory for the sockets of one run of an engine. */
export interface RunSockets {
  readonly directory: string;
  /** Removes it with its sockets; calling it again does nothing. */
  remove(): void;
}

/**
 * Makes a fresh private directory for an engine's sockets, and removes the one that a killed run left: its path is kept in
 * the engine's own directory.
 */
export function openRunSockets(engineDirectory: string, owner?: { readonly uid: number; readonly gid: number }): RunSockets {
  const record = join(engineDirectory, 'socket-directory');
  removeLeftover(record);
  const directory = createSocketDirectory(owner);
  writeFileSync(record, directory, { mode: 0o600 });
  return {
    directory,
    remove() {
      rmSync(directory, { recursive: true, force: true });
      rmSync(record, { force: true });
    },
  };
}

function removeLeftover(record: string): void {
  let directory: string;
  try {
    directory = readFileSync(record, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Only what `mkdtemp` made for us: a damaged record must not remove anything else.
  if (/^stitchd-\w{6}$/.test(basename(directory))) rmSync(directory, { recursive: true, force: true });
}
