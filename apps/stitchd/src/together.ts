import { Setup } from '@stitchd/proto/auth/v1/auth';
import { DataDirectoryInUseError, lockDataDirectory } from '@stitchd/embedded';
import {
  createMemoryKeyRing,
  createProcessContext,
  readConfiguration,
  runTogether,
  serviceSettings,
  startOperatorServer,
  type Environment,
  type Reach,
  type ServiceName,
} from '@stitchd/service-kit';
import { allServices } from './all-services.ts';
import { readSecretKey } from './data-directory.ts';
import { openLog, prepareProcess, type PreparedProcess } from './prepare-process.ts';
import { migrateStores } from './stores/migrate-stores.ts';
import { openStores } from './stores/open-stores.ts';
import { CommandError } from './terminal/command-error.ts';

export interface Product {
  readonly prepared: PreparedProcess;
  /** Where people and SDKs reach it. */
  readonly url: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly reach: Reach;
  readonly embedded: readonly string[];
  readonly onStoreLost: (listener: () => void) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the whole product in this process: lock, stores, migrations, services, gateway.
 * @param onProgress - hears a short line before each step
 * @throws CommandError, PortInUseError, ConfigurationError: each says what to do
 */
export async function startTogether(environment: Environment, onProgress: (step: string) => void): Promise<Product> {
  const prepared = prepareProcess(environment);
  const { directory, platform } = prepared;
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const lock = await lockDataDirectory(directory.path).catch((error: unknown) => {
      if (error instanceof DataDirectoryInUseError)
        throw new CommandError(error.message, 'DATA_DIRECTORY_IN_USE', { cause: error });
      throw error;
    });
    undo.push(() => lock.release());
    const log = openLog(prepared, 'file');
    onProgress('starting the stores');
    const stores = await openStores(platform, directory, log);
    undo.push(stores.stop);
    onProgress('bringing the schema up to date');
    await migrateStores(stores, platform.clickhouseCluster, (line) => log.info({ line }, 'migration'));
    onProgress('starting the services');
    const whole: Environment = {
      ...environment,
      STITCHD_DATA_DIR: directory.path,
      STITCHD_DATABASE_URL: stores.databaseUrl,
      STITCHD_CLICKHOUSE_URL: stores.clickhouseUrl,
      STITCHD_SECRET_KEY: readSecretKey(environment, directory),
    };
    const together = await runTogether(
      allServices,
      createProcessContext({ environment: whole, log, keyRing: createMemoryKeyRing() }),
    );
    undo.push(together.stop);
    const settings = readConfiguration(serviceSettings('gateway'), environment);
    const operator = await startOperatorServer({
      host: settings.metricsHost,
      port: settings.metricsPort,
      portVariable: serviceSettings('gateway').metricsPort.variable,
      services: () => together.services,
    });
    undo.push(operator.close);
    const ports: Readonly<Record<string, number>> = { ...portsOf(together.services, 'gateway'), metrics: operator.port };
    const url = `http://localhost:${ports['http']}`;
    directory.gatewayAddresses.write(JSON.stringify({ url, grpcPort: ports['grpc'] }));
    return {
      prepared,
      url,
      ports,
      reach: await together.reachAs('command', [Setup]),
      embedded: stores.embedded,
      onStoreLost: stores.onPostgresLost,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function portsOf(
  services: readonly {
    readonly definition: { readonly name: ServiceName };
    readonly instance: { readonly ports?: () => Readonly<Record<string, number>> };
  }[],
  name: ServiceName,
): Readonly<Record<string, number>> {
  return services.find(({ definition }) => definition.name === name)?.instance.ports?.() ?? {};
}
