import { Credentials, Directory, Invalidations } from '@stitchd/proto/auth/v1/auth';
import { Receivers } from '@stitchd/proto/auth/v1/receivers';
import { EventDefinitions, Ingestion, Metrics } from '@stitchd/proto/event/v1/event';
import { UnitErasure } from '@stitchd/proto/event/v1/erasure';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { EventTraffic } from '@stitchd/proto/event/v1/event_traffic';
import { EventJobs } from '@stitchd/proto/event/v1/job';
import { Transfers } from '@stitchd/proto/event/v1/transfer';
import { LiveItems, Usage } from '@stitchd/proto/event/v1/usage';
import { Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { Holdouts } from '@stitchd/proto/experiment/v1/holdouts';
import { Layers } from '@stitchd/proto/experiment/v1/layers';
import { Definitions, Flags } from '@stitchd/proto/flag/v1/flag';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { Planning } from '@stitchd/proto/stats/v1/planning';
import { Results } from '@stitchd/proto/stats/v1/stats';
import { UnitExport } from '@stitchd/proto/stats/v1/unit_export';
import { defineService, type ServiceDefinition } from '@stitchd/service-kit';
import { createGateway } from './create-gateway.ts';
import { gatewaySettings } from './settings.ts';

const reaches = [
  Credentials,
  Directory,
  Invalidations,
  Receivers,
  Flags,
  Definitions,
  Segments,
  EventDefinitions,
  EventSettings,
  EventTraffic,
  UnitErasure,
  Metrics,
  Ingestion,
  EventJobs,
  Transfers,
  Usage,
  LiveItems,
  Experiments,
  Layers,
  Holdouts,
  Results,
  UnitExport,
  Planning,
];

/** The gateway, which may be told to compare all it answers with what it documents. */
export function defineGateway(options: { readonly verifyAnswers: boolean }): ServiceDefinition {
  return defineService({
    name: 'gateway',
    serves: [],
    reaches,
    settings: { ...gatewaySettings },
    access: {},
    create: (context) => createGateway(context, options.verifyAnswers),
  });
}

/** The public surface: REST, OFREP, FlagSync and the admin UI's files. It holds no database connection. */
export const gateway: ServiceDefinition = defineGateway({ verifyAnswers: false });
