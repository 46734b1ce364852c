import { join } from 'node:path';
import { type DataDirectoryLock, lockDataDirectory, makeDataDirectory } from '../data-directory/lock-data-directory.ts';
import { openRunSockets, type RunSockets } from '../data-directory/run-sockets.ts';
import type { EngineLog } from '../engine-log.ts';
import { clearOrphan } from './clear-orphan.ts';
import { lookAround } from './identity-surroundings.ts';
import { initialiseCluster, ownerRole } from './initialise-cluster.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { createPostgresLauncher } from './postgres-launcher.ts';
import { type PostgresExit, type PostgresServer, runPostgresServer } from './postgres-server.ts';
import { prepareOwnership } from './prepare-ownership.ts';
import { chooseServerIdentity, fileOwner } from './server-identity.ts';

export interface StartPostgresOptions {
  /** Stitchd's data directory; PostgreSQL's files are in `postgres/` in it. Any path will do. */
  readonly dataDirectory: string;
  readonly log: EngineLog;
  /** Gives the start up; a server that was already started is stopped. */
  readonly signal?: AbortSignal;
}

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  /** For `pg`, as the cluster's owner and superuser, over the Unix socket; database `postgres`. */
  readonly url: string;
  readonly socketDirectory: string;
  readonly pid: number;
  /** Stops it with a checkpoint and waits for its end; calling it again waits for the same end. */
  stop(): Promise<void>;
  /** Calls back when the server ends without having been stopped, also where it already has. It is not started again. */
  onExit(listener: (exit: PostgresExit) => void): void;
}

/**
 * Starts the PostgreSQL that came with npm on a data directory, which is made and initialised where needed. It listens on a
 * Unix socket in a fresh private directory only, and dies with this process where the system offers that.
 *
 * @throws {EmbeddedEngineError} see its codes.
 * @throws {DataDirectoryInUseError} another start holds the same directory.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  options.signal?.throwIfAborted();
  const dataDirectory = makeDataDirectory(options.dataDirectory);
  const lock = await lockDataDirectory(join(dataDirectory, 'postgres'));
  try {
    return await startLocked(dataDirectory, lock, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startLocked(
  dataDirectory: string,
  lock: DataDirectoryLock,
  options: StartPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { log, signal } = options;
  const engineDirectory = lock.directory;
  const clusterDirectory = join(engineDirectory, 'data');
  const binaries = findPostgresBinaries();
  const identity = chooseServerIdentity(lookAround(dataDirectory, clusterDirectory, binaries));
  prepareOwnership(identity, dataDirectory, engineDirectory);
  await clearOrphan(clusterDirectory, log);
  await initialiseCluster({ clusterDirectory, binaries, identity, log });
  const launcher = createPostgresLauncher(binaries, identity);
  const sockets = openRunSockets(engineDirectory, fileOwner(identity));
  try {
    const server = await runPostgresServer({ launcher, clusterDirectory, socketDirectory: sockets.directory, log, signal });
    return embed(server, sockets, lock);
  } catch (error) {
    sockets.remove();
    throw error;
  }
}

function embed(server: PostgresServer, sockets: RunSockets, lock: DataDirectoryLock): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await server.stop();
    sockets.remove();
    await lock.release();
  };
  return {
    // The port only names the socket file; it is given because PGPORT in the environment would change it.
    url: `postgresql://${ownerRole}@/postgres?host=${encodeURIComponent(sockets.directory)}&port=5432`,
    socketDirectory: sockets.directory,
    pid: server.pid,
    stop: () => (stopping ??= stop()),
    onExit: (listener) => server.onExit(listener),
  };
}
