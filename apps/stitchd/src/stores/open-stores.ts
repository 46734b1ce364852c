import { startClickHouse, startPostgres, type EngineLog } from '@stitchd/embedded';
import type { platformSettings, Configuration, Logger } from '@stitchd/service-kit';
import type { DataDirectory } from '../data-directory.ts';
import { CommandError } from '../terminal/command-error.ts';

/** Where the stores answer. */
export interface StoreAddresses {
  readonly databaseUrl: string;
  /** The schema's owner, who migrates. */
  readonly databaseOwnerUrl: string;
  readonly clickhouseUrl: string;
}

export interface OpenStores extends StoreAddresses {
  /** Which of the stores run here, in this process's care. */
  readonly embedded: readonly ('postgres' | 'clickhouse')[];
  /** Calls back when an embedded PostgreSQL ends by itself; the ClickHouse engine is restarted by its supervisor. */
  readonly onPostgresLost: (listener: () => void) => void;
  readonly stop: () => Promise<void>;
}

/** Starts the embedded stores where no address of real ones is given. The caller holds the data directory's lock. */
export async function openStores(
  platform: Configuration<typeof platformSettings>,
  directory: DataDirectory,
  log: Logger,
): Promise<OpenStores> {
  const engineLog: EngineLog = ({ engine, level, message }) => log[level]({ engine }, message);
  const starting = await Promise.allSettled([
    platform.databaseUrl === undefined ? startPostgres({ dataDirectory: directory.path, log: engineLog }) : undefined,
    platform.clickhouseUrl === undefined ? startClickHouse({ dataDirectory: directory.path, log: engineLog }) : undefined,
  ]);
  const [postgres, clickhouse] = starting.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as [
    Awaited<ReturnType<typeof startPostgres>> | undefined,
    Awaited<ReturnType<typeof startClickHouse>> | undefined,
  ];
  const stop = async (): Promise<void> => void (await Promise.all([postgres?.stop(), clickhouse?.stop()]));
  const failed = starting.find((each) => each.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const databaseUrl = platform.databaseUrl ?? postgres?.url ?? '';
  const addresses = {
    databaseUrl,
    databaseOwnerUrl: platform.databaseOwnerUrl ?? databaseUrl,
    clickhouseUrl: platform.clickhouseUrl ?? clickhouse?.url ?? '',
  };
  directory.storeAddresses.write(JSON.stringify(addresses));
  return {
    ...addresses,
    embedded: [...(postgres ? (['postgres'] as const) : []), ...(clickhouse ? (['clickhouse'] as const) : [])],
    onPostgresLost: (listener) => postgres?.onExit(listener),
    async stop() {
      directory.storeAddresses.remove();
      await stop();
    },
  };
}

/**
 * Where the stores of this host answer, for a process that starts none: from the environment, else from the data directory.
 * @throws CommandError that says what to do where neither tells
 */
export function findStores(platform: Configuration<typeof platformSettings>, directory: DataDirectory): StoreAddresses {
  const written = JSON.parse(directory.storeAddresses.read() ?? '{}') as Partial<StoreAddresses>;
  const databaseUrl = platform.databaseUrl ?? written.databaseUrl;
  const clickhouseUrl = platform.clickhouseUrl ?? written.clickhouseUrl;
  if (databaseUrl === undefined || clickhouseUrl === undefined)
    throw new CommandError(
      `no stores run on ${directory.path}: run "stitchd stores" there first, or set STITCHD_DATABASE_URL and STITCHD_CLICKHOUSE_URL`,
      'UNREACHABLE',
    );
  return { databaseUrl, clickhouseUrl, databaseOwnerUrl: platform.databaseOwnerUrl ?? written.databaseOwnerUrl ?? databaseUrl };
}
