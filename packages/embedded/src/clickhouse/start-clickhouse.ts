import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type DataDirectoryLock, lockDataDirectory, makeDataDirectory } from '../data-directory/lock-data-directory.ts';
import { openRunSockets, type RunSockets } from '../data-directory/run-sockets.ts';
import { EmbeddedEngineError } from '../embedded-engine-error.ts';
import type { EngineLog } from '../engine-log.ts';
import { embeddedLimits } from '../limits.ts';
import { endOrphans } from '../process/end-orphans.ts';
import { serverProgramName, startClickHouseChild } from './clickhouse-child.ts';
import { type ClickHouseRestart, type SupervisedClickHouse, superviseClickHouse } from './supervise.ts';

export interface StartClickHouseOptions {
  /** Stitchd's data directory; ClickHouse's files are in `clickhouse/` in it. Any path will do. */
  readonly dataDirectory: string;
  readonly log: EngineLog;
  /** Gives the start up, once the engine that is being started has answered or failed. */
  readonly signal?: AbortSignal;
}

/** A running embedded ClickHouse. */
export interface EmbeddedClickHouse {
  /** `unix:` and the socket's path, as `STITCHD_CLICKHOUSE_URL` takes it. It stays the same over restarts. */
  readonly url: string;
  /** For an `http.Agent`, which `@clickhouse/client` takes as `http_agent`. */
  readonly socketPath: string;
  /** The engine's version. */
  readonly version: string;
  /** The running process; undefined while it is being started again. */
  readonly pid: number | undefined;
  /** How often it has been started again after a crash. */
  readonly restarts: number;
  /** Calls back each time the engine answers again after a crash. */
  onRestart(listener: (restart: ClickHouseRestart) => void): void;
  /** Lets running queries end, for a few seconds, and stops; calling it again waits for the same end. */
  stop(): Promise<void>;
}

/**
 * Starts the ClickHouse engine that came with npm, in a process of its own that speaks ClickHouse's HTTP protocol on a Unix
 * socket in a fresh private directory. It is started again when it crashes, and ends when this process does.
 *
 * @throws {EmbeddedEngineError} see its codes.
 * @throws {DataDirectoryInUseError} another start holds the same directory.
 */
export async function startClickHouse(options: StartClickHouseOptions): Promise<EmbeddedClickHouse> {
  options.signal?.throwIfAborted();
  requirePackage();
  const dataDirectory = makeDataDirectory(options.dataDirectory);
  const lock = await lockDataDirectory(join(dataDirectory, 'clickhouse'));
  try {
    return await startLocked(lock, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startLocked(lock: DataDirectoryLock, { log, signal }: StartClickHouseOptions): Promise<EmbeddedClickHouse> {
  const engineDirectory = lock.directory;
  await endOrphans({
    directory: engineDirectory,
    program: serverProgramName,
    stops: [
      { signal: 'SIGTERM', timeoutMs: embeddedLimits.clickhouseStopMs },
      { signal: 'SIGKILL', timeoutMs: embeddedLimits.orphanKillMs },
    ],
    report: (message) => log({ engine: 'clickhouse', level: 'warn', message }),
  });
  const sockets = openRunSockets(engineDirectory);
  const socketPath = join(sockets.directory, 'clickhouse.sock');
  const startChild = () => startClickHouseChild({ engineDirectory, socketPath, log });
  try {
    const child = await startChild();
    if (signal?.aborted === true) await child.stop();
    signal?.throwIfAborted();
    return embed(superviseClickHouse(child, startChild, log), child.version, socketPath, sockets, lock);
  } catch (error) {
    sockets.remove();
    throw error;
  }
}

function embed(
  supervised: SupervisedClickHouse,
  version: string,
  socketPath: string,
  sockets: RunSockets,
  lock: DataDirectoryLock,
): EmbeddedClickHouse {
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await supervised.stop();
    sockets.remove();
    await lock.release();
  };
  return {
    url: `unix:${socketPath}`,
    socketPath,
    version,
    get pid() {
      return supervised.pid();
    },
    get restarts() {
      return supervised.restarts();
    },
    onRestart: (listener) => supervised.onRestart(listener),
    stop: () => (stopping ??= stop()),
  };
}

function requirePackage(): void {
  const name = `@chdb/lib-${process.platform}-${process.arch}-gnu`;
  try {
    createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new EmbeddedEngineError(
      'ENGINE_UNAVAILABLE',
      `The embedded ClickHouse needs the npm package ${name}, which is not installed. Install with optional packages, or set STITCHD_CLICKHOUSE_URL to a ClickHouse server.`,
      { cause: error },
    );
  }
}
