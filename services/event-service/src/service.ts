import os from 'node:os';
import path from 'node:path';
import { uuidv7 } from '@stitchd/core';
import { createEventStore, eventStoreErrorOf } from '@stitchd/db/clickhouse';
import { createDatabase, storeErrorOf } from '@stitchd/db/postgres';
import { createExportPlaces, RecentIds } from '@stitchd/events';
import { EventDefinitions, Ingestion, Metrics } from '@stitchd/proto/event/v1/event';
import { UnitErasure } from '@stitchd/proto/event/v1/erasure';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { EventTraffic } from '@stitchd/proto/event/v1/event_traffic';
import { LiveItems, Usage } from '@stitchd/proto/event/v1/usage';
import { EventJobs } from '@stitchd/proto/event/v1/job';
import { Transfers } from '@stitchd/proto/event/v1/transfer';
import { Analysis } from '@stitchd/proto/experiment/v1/experiment';
import {
  defineService,
  implement,
  parseSecretKey,
  storeProblem,
  type Implementation,
  type ServiceContext,
} from '@stitchd/service-kit';
import { access } from './access.ts';
import type { EventContext } from './context.ts';
import { createKnownEvents } from './definitions/known-events.ts';
import { createKnownSettings } from './environment-settings/known-settings.ts';
import { createItemLimiter } from './ingest/item-limiter.ts';
import { registerErasureMetrics } from './erasure/erasure-metrics.ts';
import { startSpoolReports, type SpoolReporter } from './erasure/report-spool.ts';
import { createSealedNames } from './erasure/sealed-names.ts';
import { runningExperiments } from './experiments/running-experiments.ts';
import { createUnitNames } from './hashed-keys/unit-names.ts';
import { openItemWay, type ItemWay } from './ingest/item-way.ts';
import { unreadyOf } from './ingest/unready.ts';
import { jobHandlers } from './jobs/job-handlers.ts';
import { startJobWorkers, type JobWorkers } from './jobs/start-job-workers.ts';
import { eventServiceLimits } from './limits.ts';
import { createEventMetrics } from './observe/event-metrics.ts';
import { createItemCounts } from './observe/item-figures.ts';
import { eventStoreProblem } from './observe/event-store-problem.ts';
import { createQuarantineRoom } from './quarantine/quarantine-room.ts';
import { startRetention } from './retention/start-retention.ts';
import { countItems } from './routes/count-items.ts';
import { getIngestion } from './routes/get-ingestion.ts';
import { getSpools } from './routes/get-spools.ts';
import * as eventDefinitions from './routes/event-definitions.ts';
import { listEventProperties } from './routes/event-properties.ts';
import * as eventSettings from './routes/event-settings.ts';
import * as eventTraffic from './routes/event-traffic.ts';
import * as eventJobs from './routes/event-jobs.ts';
import { exportItems } from './routes/export-items.ts';
import * as imports from './routes/imports.ts';
import { eraseUnit } from './routes/erase-unit.ts';
import { ingest } from './routes/ingest.ts';
import * as liveItems from './routes/live-items.ts';
import * as usage from './routes/usage.ts';
import { rotateKeySecret } from './routes/rotate-key-secret.ts';
import * as metrics from './routes/metrics.ts';
import { previewMetric } from './routes/preview-metric.ts';
import { settings, spoolBytesOf } from './settings.ts';

const applicationName = 'event-service';

export const eventService = defineService({
  name: 'event-service',
  serves: [
    EventDefinitions,
    EventSettings,
    EventTraffic,
    Metrics,
    Ingestion,
    EventJobs,
    Transfers,
    UnitErasure,
    Usage,
    LiveItems,
  ],
  reaches: [Analysis],
  settings,
  access,
  translateError: (error) => storeProblem(storeErrorOf(error)) ?? eventStoreProblem(eventStoreErrorOf(error)),
  async create(service) {
    let workers: JobWorkers | undefined;
    let reports: SpoolReporter | undefined;
    let retention: ReturnType<typeof startRetention> | undefined;
    const { ctx, way } = await createContext(service, () => workers?.wake());
    const { acknowledge } = service.config;
    return {
      implementations: implementationsOf(ctx),
      async start() {
        way.start();
        reports = reportsOf(ctx, way, service);
        retention = startRetention(ctx);
        workers = startJobWorkers({
          database: ctx.database,
          handlers: jobHandlers(ctx),
          log: ctx.log,
          onAttempted: ctx.metrics.jobAttempted,
        });
      },
      drain: async () => void (await Promise.all([workers?.stop(), retention?.stop()])),
      unready: () => unreadyOf({ database: ctx.database, store: ctx.store, way, acknowledge }),
      async stop() {
        await way.stop(eventServiceLimits.drainMs, eventServiceLimits.drainPollMs);
        await reports?.stop();
        await Promise.all([ctx.database.close(), ctx.store.close()]);
      },
    };
  },
});

async function createContext(
  service: ServiceContext<typeof settings>,
  wakeJobs: () => void,
): Promise<{ readonly ctx: EventContext; readonly way: ItemWay }> {
  const { platform, config, nowMs, log } = service;
  const { databaseUrl, clickhouseUrl } = platform;
  if (databaseUrl === undefined || clickhouseUrl === undefined)
    throw new Error('event-service needs the addresses of its stores');
  const secretKey = parseSecretKey(platform.secretKey ?? '');
  const newId = (): string => uuidv7(nowMs(), service.randomBytes(10));
  const database = createDatabase({ url: databaseUrl, applicationName });
  const store = createEventStore({ url: clickhouseUrl, cluster: platform.clickhouseCluster, applicationName });
  // The gauges ask for the spool when they are read.
  const opened: { way?: ItemWay } = {};
  const eventMetrics = createEventMetrics(service.metrics, { state: () => opened.way?.spool?.state(), nowMs });
  registerErasureMetrics(service.metrics, database);
  const way = await openItemWay({
    acknowledge: config.acknowledge,
    directory: spoolDirectoryOf(service),
    totalBytes: spoolBytesOf(config.spoolMebibytes),
    store,
    newId,
    nowMs,
    log,
    onShipped: eventMetrics.shipped,
  });
  opened.way = way;
  const ctx: EventContext = {
    database,
    store,
    sink: way.sink,
    waitingOf: (environmentId) => way.spool?.waitingOf(environmentId) ?? 0,
    spoolPercent() {
      const state = way.spool?.state();
      return state === undefined ? 0 : (state.bytes / state.totalBytes) * 100;
    },
    knownEvents: createKnownEvents({ database, nowMs }),
    environmentSettings: createKnownSettings({ database, nowMs }),
    quarantineRoom: createQuarantineRoom({ store, nowMs, log }),
    itemLimiter: createItemLimiter(nowMs),
    itemCounts: createItemCounts(nowMs),
    unitNames: createUnitNames({ secretKey, nowMs, randomBytes: service.randomBytes, log }),
    sealedNames: createSealedNames(secretKey, service.randomBytes),
    runningExperiments: (environmentId) => runningExperiments(service.reach(Analysis), environmentId, nowMs()),
    recentIds: new RecentIds(eventServiceLimits.rememberedIds),
    metrics: eventMetrics,
    exportPlaces: createExportPlaces(),
    wakeJobs,
    newId,
    nowMs,
    log,
  };
  return { ctx, way };
}

function reportsOf(ctx: EventContext, { spool }: ItemWay, service: ServiceContext<typeof settings>): SpoolReporter | undefined {
  if (spool === undefined) return undefined;
  const place = `${os.hostname()}:${path.resolve(spoolDirectoryOf(service))}`;
  const { database, nowMs, log } = ctx;
  return startSpoolReports({ database, spool, replicaId: ctx.newId(), place, nowMs, log });
}

function spoolDirectoryOf({ config, platform }: ServiceContext<typeof settings>): string {
  return config.spoolDirectory ?? path.join(platform.dataDirectory, 'spool');
}

function implementationsOf(ctx: EventContext): readonly Implementation[] {
  return [
    implement(EventDefinitions, {
      createEventDefinition: (request) => eventDefinitions.createEventDefinition(ctx, request),
      getEventDefinition: (request) => eventDefinitions.getEventDefinition(ctx, request),
      listEventDefinitions: (request) => eventDefinitions.listEventDefinitions(ctx, request),
      updateEventDefinition: (request) => eventDefinitions.updateEventDefinition(ctx, request),
    }),
    implement(EventSettings, {
      getEventSettings: () => eventSettings.getEventSettings(ctx),
      updateEventSettings: (request) => eventSettings.updateEventSettings(ctx, request),
      rotateKeySecret: () => rotateKeySecret(ctx),
    }),
    implement(EventTraffic, {
      listEventVolumes: () => eventTraffic.listEventVolumes(ctx),
      listEventProperties: (request) => listEventProperties(ctx, request),
      listQuarantine: () => eventTraffic.listQuarantine(ctx),
      getQuarantined: (request) => eventTraffic.getQuarantined(ctx, request),
    }),
    implement(UnitErasure, { eraseUnit: (request) => eraseUnit(ctx, request) }),
    implement(Metrics, {
      createMetric: (request) => metrics.createMetric(ctx, request),
      getMetric: (request) => metrics.getMetric(ctx, request),
      listMetrics: (request) => metrics.listMetrics(ctx, request),
      updateMetric: (request) => metrics.updateMetric(ctx, request),
      listMetricVersions: (request) => metrics.listMetricVersions(ctx, request),
      previewMetric: (request) => previewMetric(ctx, request),
    }),
    implement(
      Ingestion,
      {
        ingest: (request) => ingest(ctx, request),
        countItems: (request) => countItems(ctx, request),
        getIngestion: () => getIngestion(ctx),
        getSpools: (request) => getSpools(ctx, request),
      },
      [Ingestion.method.ingest],
    ),
    implement(EventJobs, {
      listJobs: (request) => eventJobs.listJobs(ctx, request),
      getJob: (request) => eventJobs.getJob(ctx, request),
      cancelJob: (request) => eventJobs.cancelJob(ctx, request),
    }),
    implement(Transfers, {
      createImport: (request) => imports.createImport(ctx, request),
      appendImport: (request) => imports.appendImport(ctx, request),
      getImport: (request) => imports.getImport(ctx, request),
      export: (request, call) => exportItems(ctx, request, call.signal),
    }),
    implement(Usage, {
      getFlagUsage: (request) => usage.getFlagUsage(ctx, request),
      listFlagActivity: (request) => usage.listFlagActivity(ctx, request),
      listContextAttributes: (request) => usage.listContextAttributes(ctx, request),
    }),
    implement(LiveItems, {
      tailItems: (request) => liveItems.tailItems(ctx, request),
      countRejections: (request) => liveItems.countRejections(ctx, request),
    }),
  ];
}
