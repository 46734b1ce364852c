import {
  createProcessContext,
  readConfiguration,
  runApart,
  serviceSettings,
  startOperatorServer,
  type Apart,
  type ServiceName,
  type Unready,
} from '@stitchd/service-kit';
import { allServices } from '../all-services.ts';
import { readSecretKey } from '../data-directory.ts';
import { openKeyRing, openLog, prepareProcess } from '../prepare-process.ts';
import { runUntilStopped } from '../run-until-stopped.ts';
import { waitForSchema } from '../stores/migrate-stores.ts';
import { findStores } from '../stores/open-stores.ts';

/**
 * `stitchd serve <service>`: one service as this process, over gRPC. It waits, unready, for its schema; the gateway has no
 * store and waits for nothing.
 */
export async function serve(name: ServiceName): Promise<void> {
  const prepared = prepareProcess(process.env);
  const log = openLog(prepared, 'standard-error');
  const ending = new AbortController();
  let obstacle: string | undefined = 'starting';
  let apart: Apart | undefined;
  const settings = readConfiguration(serviceSettings(name), process.env);
  const operator = await startOperatorServer({
    host: settings.metricsHost,
    port: settings.metricsPort,
    portVariable: serviceSettings(name).metricsPort.variable,
    services: () => (apart ? [apart.service] : []),
    waitingFor: (): Unready => (obstacle === undefined ? {} : { start: obstacle }),
  });
  const signalled = runUntilStopped(async (signal) => {
    log.info({ signal }, 'stopping');
    ending.abort();
  });
  try {
    const withStores = name === 'gateway' ? process.env : await waitForStores(name);
    if (ending.signal.aborted) return;
    const environment = { ...withStores, STITCHD_DATA_DIR: prepared.directory.path };
    apart = await runApart(name, allServices, createProcessContext({ environment, log, keyRing: openKeyRing(prepared) }));
    obstacle = undefined;
    announce(apart);
    await signalled;
  } finally {
    // Also where the start failed: a supervisor must see the process end, not live on unready.
    await apart?.stop();
    await operator.close();
    log.info('stopped');
  }

  function announce({ service, grpcPort }: Apart): void {
    const ports: Readonly<Record<string, number>> = {
      ...service.instance.ports?.(),
      ...(grpcPort !== undefined && { grpc: grpcPort }),
    };
    if (name === 'gateway')
      prepared.directory.gatewayAddresses.write(
        JSON.stringify({ url: `http://localhost:${ports['http'] ?? 0}`, grpcPort: ports['grpc'] }),
      );
    log.info({ service: name, ports, metrics: operator.port }, 'serving');
  }

  async function waitForStores(service: ServiceName): Promise<NodeJS.ProcessEnv> {
    const stores = findStores(prepared.platform, prepared.directory);
    await waitForSchema(
      stores,
      prepared.platform.clickhouseCluster,
      (found) => {
        if (found !== undefined && found !== obstacle) log.warn({ service, obstacle: found }, 'waiting');
        obstacle = found ?? 'starting';
      },
      ending.signal,
    );
    return {
      ...process.env,
      STITCHD_DATABASE_URL: stores.databaseUrl,
      STITCHD_CLICKHOUSE_URL: stores.clickhouseUrl,
      STITCHD_SECRET_KEY: readSecretKey(process.env, prepared.directory),
    };
  }
}
