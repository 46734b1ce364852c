import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedEngineError } from '../embedded-engine-error.ts';
import type { EngineLog } from '../engine-log.ts';
import { embeddedLimits, postgresMajorVersion } from '../limits.ts';
import { openInitdbPath } from './initdb-path.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { createPostgresLauncher, type PostgresLauncher } from './postgres-launcher.ts';
import type { ServerIdentity } from './server-identity.ts';

/** The role that owns the embedded cluster: its superuser. */
export const ownerRole = 'stitchd';

export interface InitialiseClusterOptions {
  readonly clusterDirectory: string;
  readonly binaries: PostgresBinaries;
  readonly identity: ServerIdentity;
  readonly log: EngineLog;
}

/**
 * Makes the database files where there are none. They are written beside their place, synced and then renamed: what a killed
 * `initdb` leaves is never taken for a database.
 *
 * @throws {EmbeddedEngineError} `ENGINE_VERSION_MISMATCH` where files of another major version are there.
 */
export async function initialiseCluster({ clusterDirectory, binaries, identity, log }: InitialiseClusterOptions): Promise<void> {
  if (existsSync(join(clusterDirectory, 'PG_VERSION'))) return refuseOtherVersion(clusterDirectory);
  const startedAt = performance.now();
  const side = `${clusterDirectory}.new`;
  rmSync(side, { recursive: true, force: true });
  const initdbPath = openInitdbPath(binaries);
  try {
    const launcher = createPostgresLauncher(initdbPath.binaries, identity);
    await run(launcher, initdbArguments(side));
    await run(launcher, [`--pgdata=${side}`, '--sync-only']);
  } finally {
    initdbPath.remove();
  }
  renameSync(side, clusterDirectory);
  syncDirectory(dirname(clusterDirectory));
  log({ engine: 'postgresql', level: 'info', message: `Made a database in ${Math.round(performance.now() - startedAt)} ms.` });
}

function initdbArguments(directory: string): readonly string[] {
  return [
    `--pgdata=${directory}`,
    `--username=${ownerRole}`,
    '--auth-local=trust', // Whoever can pass the socket's directory (mode 0700) is us.
    '--auth-host=reject',
    '--encoding=UTF8',
    '--locale-provider=builtin', // The same order of text on every system, whatever locales it has.
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    '--no-sync',
  ];
}

function refuseOtherVersion(clusterDirectory: string): void {
  const found = readFileSync(join(clusterDirectory, 'PG_VERSION'), 'utf8').trim();
  if (found === String(postgresMajorVersion)) return;
  throw new EmbeddedEngineError(
    'ENGINE_VERSION_MISMATCH',
    `${clusterDirectory} was written by PostgreSQL ${found}; this is PostgreSQL ${postgresMajorVersion}. Export it with the earlier version of Stitchd and import it into a new data directory.`,
  );
}

async function run(launcher: PostgresLauncher, words: readonly string[]): Promise<void> {
  const outcome = await launcher.run('initdb', words, embeddedLimits.initialiseMs);
  if (outcome.kind === 'done') return;
  throw new EmbeddedEngineError('ENGINE_START_FAILED', `Preparing the database failed (${outcome.reason}): ${outcome.output}`);
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
