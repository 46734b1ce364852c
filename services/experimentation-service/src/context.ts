import type { Client } from '@connectrpc/connect';
import { saltFromBytes, uuidv7 } from '@stitchd/core';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { EventDefinitions, Metrics } from '@stitchd/proto/event/v1/event';
import { EventTraffic } from '@stitchd/proto/event/v1/event_traffic';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { Flags, Splits } from '@stitchd/proto/flag/v1/flag';
import type { Logger, ServiceContext } from '@stitchd/service-kit';
import type { settings } from './settings.ts';

/** What the routes and the saga work with. */
export interface ExperimentationContext {
  readonly database: Database;
  readonly flags: Client<typeof Flags>;
  readonly splits: Client<typeof Splits>;
  readonly metrics: Client<typeof Metrics>;
  readonly events: Client<typeof EventDefinitions>;
  readonly traffic: Client<typeof EventTraffic>;
  readonly eventSettings: Client<typeof EventSettings>;
  readonly newId: () => string;
  /** 64 random bits as 16 lower-case hex digits. */
  readonly newSalt: () => string;
  readonly nowMs: () => number;
  readonly log: Logger;
}

export function createContext(service: ServiceContext<typeof settings>): ExperimentationContext {
  const { databaseUrl } = service.platform;
  if (databaseUrl === undefined) throw new Error('experimentation-service needs the address of its database');
  return {
    database: createDatabase({ url: databaseUrl, applicationName: 'experimentation-service' }),
    flags: service.reach(Flags),
    splits: service.reach(Splits),
    metrics: service.reach(Metrics),
    events: service.reach(EventDefinitions),
    traffic: service.reach(EventTraffic),
    eventSettings: service.reach(EventSettings),
    newId: () => uuidv7(service.nowMs(), service.randomBytes(10)),
    newSalt: () => saltFromBytes(service.randomBytes(8)),
    nowMs: service.nowMs,
    log: service.log,
  };
}
