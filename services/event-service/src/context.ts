import type { EventStore } from '@stitchd/db/clickhouse';
import type { Database } from '@stitchd/db/postgres';
import type { ExportPlaces, ItemSink, RecentIds } from '@stitchd/events';
import type { Logger } from '@stitchd/service-kit';
import type { KnownEvents } from './definitions/known-events.ts';
import type { KnownSettings } from './environment-settings/known-settings.ts';
import type { ItemLimiter } from './ingest/item-limiter.ts';
import type { RunningExperiment } from './experiments/running-experiments.ts';
import type { SealedNames } from './erasure/sealed-names.ts';
import type { UnitNames } from './hashed-keys/unit-names.ts';
import type { EventMetrics } from './observe/event-metrics.ts';
import type { QuarantineRoom } from './quarantine/quarantine-room.ts';
import type { ItemCounts } from './observe/item-figures.ts';

/** What the routes get. */
export interface EventContext {
  readonly database: Database;
  readonly store: EventStore;
  readonly sink: ItemSink;
  /** Items of an environment that are acknowledged and not yet in the event store. */
  readonly waitingOf: (environmentId: string) => number;
  /** How full the spool is, in percent. */
  readonly spoolPercent: () => number;
  /** Exports that this replica writes, by environment. */
  readonly exportPlaces: ExportPlaces;
  readonly knownEvents: KnownEvents;
  readonly environmentSettings: KnownSettings;
  readonly quarantineRoom: QuarantineRoom;
  readonly itemLimiter: ItemLimiter;
  /** By environment, for people. */
  readonly itemCounts: ItemCounts;
  /** By what names units are known in the event store. */
  readonly unitNames: UnitNames;
  /** Keeps what units are called while they are erased. */
  readonly sealedNames: SealedNames;
  /** Experiments of an environment of the caller's organisation that run. */
  readonly runningExperiments: (environmentId: string) => Promise<readonly RunningExperiment[]>;
  readonly recentIds: RecentIds;
  readonly metrics: EventMetrics;
  /** There is a job to do: a free worker looks at once. */
  readonly wakeJobs: () => void;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly log: Logger;
}
