import { randomUUID } from 'node:crypto';
import type { Client } from '@connectrpc/connect';
import { uuidv7 } from '@stitchd/core';
import { createEventStore, type EventStore } from '@stitchd/db/clickhouse';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { createExportPlaces, type ExportPlaces } from '@stitchd/events';
import { Ingestion, Metrics } from '@stitchd/proto/event/v1/event';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { Analysis } from '@stitchd/proto/experiment/v1/experiment';
import type { Configuration, Logger, ServiceContext } from '@stitchd/service-kit';
import type { settings } from './settings.ts';
import { createStatsMetrics, type StatsMetrics } from './stats-metrics.ts';
import { createRunningJobs, type RunningJobs } from './worker/running-jobs.ts';

/** What the routes, the workers and the schedule work with. */
export interface StatsContext {
  readonly config: Configuration<typeof settings>;
  readonly database: Database;
  readonly eventStore: EventStore;
  readonly analysis: Client<typeof Analysis>;
  readonly metrics: Client<typeof Metrics>;
  readonly eventSettings: Client<typeof EventSettings>;
  readonly ingestion: Client<typeof Ingestion>;
  /** Exports that this replica writes, by environment. */
  readonly exportPlaces: ExportPlaces;
  /** Of rows: sorted by time. */
  readonly newId: () => string;
  /** Of leases: known to nobody else. */
  readonly newToken: () => string;
  readonly nowMs: () => number;
  readonly log: Logger;
  readonly runningJobs: RunningJobs;
  /** For operators. */
  readonly observed: StatsMetrics;
}

export function createContext(service: ServiceContext<typeof settings>): StatsContext {
  const { databaseUrl, clickhouseUrl, clickhouseCluster } = service.platform;
  if (databaseUrl === undefined || clickhouseUrl === undefined)
    throw new Error('stats-service needs the addresses of its stores');
  const database = createDatabase({ url: databaseUrl, applicationName: 'stats-service' });
  return {
    config: service.config,
    database,
    eventStore: createEventStore({ url: clickhouseUrl, cluster: clickhouseCluster, applicationName: 'stats-service' }),
    analysis: service.reach(Analysis),
    metrics: service.reach(Metrics),
    eventSettings: service.reach(EventSettings),
    ingestion: service.reach(Ingestion),
    exportPlaces: createExportPlaces(),
    newId: () => uuidv7(service.nowMs(), service.randomBytes(10)),
    newToken: () => randomUUID(),
    nowMs: service.nowMs,
    log: service.log,
    runningJobs: createRunningJobs(),
    observed: createStatsMetrics(service.metrics, database),
  };
}
