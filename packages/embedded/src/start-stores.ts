import { type EmbeddedClickHouse, startClickHouse } from './clickhouse/start-clickhouse.ts';
import { lockDataDirectory } from './data-directory/lock-data-directory.ts';
import type { EngineLog } from './engine-log.ts';
import { type EmbeddedPostgres, startPostgres } from './postgres/start-postgres.ts';

/** Both engines of one data directory. */
export interface EmbeddedStores {
  /** The data directory's real path. */
  readonly dataDirectory: string;
  readonly postgres: EmbeddedPostgres;
  readonly clickhouse: EmbeddedClickHouse;
  /** How long it took until both answered, in milliseconds. */
  readonly startMs: number;
  /** Stops both, to be called after everything that uses them, and lets the directory go. */
  stop(): Promise<void>;
}

/**
 * Locks the data directory and starts both engines at the same time. Where one fails, the other is stopped and the error of
 * the first to fail is thrown.
 *
 * @throws {EmbeddedEngineError} see its codes.
 * @throws {DataDirectoryInUseError} another process holds the directory.
 */
export async function startStores(dataDirectory: string, log: EngineLog, signal?: AbortSignal): Promise<EmbeddedStores> {
  const startedAt = performance.now();
  const lock = await lockDataDirectory(dataDirectory);
  const failure = new AbortController();
  const giveUp = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const options = { dataDirectory: lock.directory, log, signal: giveUp };
  const orGiveUp = <Engine>(starting: Promise<Engine>): Promise<Engine> =>
    starting.catch((error: unknown) => {
      failure.abort(error);
      throw error;
    });
  const [postgres, clickhouse] = await Promise.allSettled([orGiveUp(startPostgres(options)), orGiveUp(startClickHouse(options))]);
  if (postgres.status === 'fulfilled' && clickhouse.status === 'fulfilled') {
    const engines = [postgres.value, clickhouse.value];
    let stopping: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      await Promise.all(engines.map((engine) => engine.stop()));
      await lock.release();
    };
    return {
      dataDirectory: lock.directory,
      postgres: postgres.value,
      clickhouse: clickhouse.value,
      startMs: performance.now() - startedAt,
      stop: () => (stopping ??= stop()),
    };
  }
  for (const started of [postgres, clickhouse]) if (started.status === 'fulfilled') await started.value.stop();
  await lock.release();
  throw giveUp.reason;
}
