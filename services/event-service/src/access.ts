import type { AccessTable } from '@stitchd/service-kit';

// Before a start, whether its events come and carry its unit.
const forStart = ['experimentation-service'] as const;
const readEvents = { people: 'event.read', services: forStart, scope: 'project' } as const;
const writeEvents = { people: 'event.write', scope: 'project' } as const;
const readMetrics = { people: 'metric.read', services: ['experimentation-service', 'stats-service'], scope: 'project' } as const;
const writeMetrics = { people: 'metric.write', scope: 'project' } as const;
const importItems = { people: 'event.import', sdkKeys: ['server'], scope: 'environment' } as const;

export const access: AccessTable = {
  'stitchd.event.v1.EventDefinitions/CreateEventDefinition': writeEvents,
  'stitchd.event.v1.EventDefinitions/GetEventDefinition': readEvents,
  'stitchd.event.v1.EventDefinitions/ListEventDefinitions': readEvents,
  'stitchd.event.v1.EventDefinitions/UpdateEventDefinition': writeEvents,
  'stitchd.event.v1.EventSettings/GetEventSettings': {
    people: 'event.read',
    services: ['stats-service', 'experimentation-service'],
    scope: 'environment',
  },
  'stitchd.event.v1.EventSettings/UpdateEventSettings': { people: 'environment.write', scope: 'environment' },
  'stitchd.event.v1.EventSettings/RotateKeySecret': { people: 'environment.write', scope: 'environment' },
  'stitchd.event.v1.EventTraffic/ListEventVolumes': { people: 'event.read', services: forStart, scope: 'environment' },
  'stitchd.event.v1.EventTraffic/ListEventProperties': { people: 'event.read', scope: 'environment' },
  'stitchd.event.v1.EventTraffic/ListQuarantine': { people: 'event.read', scope: 'environment' },
  'stitchd.event.v1.EventTraffic/GetQuarantined': { people: 'event.read', scope: 'environment' },
  // An environment that is named by its id is looked for among the organisation's.
  'stitchd.event.v1.UnitErasure/EraseUnit': { people: 'environment.write', scope: 'organisation' },
  'stitchd.event.v1.Metrics/CreateMetric': writeMetrics,
  'stitchd.event.v1.Metrics/GetMetric': readMetrics,
  'stitchd.event.v1.Metrics/ListMetrics': readMetrics,
  'stitchd.event.v1.Metrics/UpdateMetric': writeMetrics,
  'stitchd.event.v1.Metrics/ListMetricVersions': readMetrics,
  'stitchd.event.v1.Metrics/PreviewMetric': { people: 'metric.read', scope: 'environment' },
  'stitchd.event.v1.Ingestion/Ingest': { sdkKeys: ['server', 'client'], scope: 'environment' },
  'stitchd.event.v1.Ingestion/CountItems': { people: 'event.read', scope: 'environment' },
  'stitchd.event.v1.Ingestion/GetIngestion': { people: 'event.read', scope: 'environment' },
  'stitchd.event.v1.Ingestion/GetSpools': { services: ['stats-service'], scope: 'environment' },
  'stitchd.event.v1.Transfers/CreateImport': importItems,
  'stitchd.event.v1.Transfers/AppendImport': importItems,
  'stitchd.event.v1.Transfers/GetImport': importItems,
  'stitchd.event.v1.Transfers/Export': { people: 'event.export', scope: 'environment' },
  'stitchd.event.v1.Usage/GetFlagUsage': { people: 'flag.read', scope: 'environment' },
  'stitchd.event.v1.Usage/ListFlagActivity': { people: 'flag.read', scope: 'environment' },
  'stitchd.event.v1.Usage/ListContextAttributes': { people: 'flag.read', scope: 'environment' },
  'stitchd.event.v1.LiveItems/TailItems': { people: 'event.read', scope: 'environment' },
  'stitchd.event.v1.LiveItems/CountRejections': { people: 'event.read', scope: 'environment' },
  'stitchd.event.v1.EventJobs/ListJobs': { people: 'event.read', scope: 'environment' },
  'stitchd.event.v1.EventJobs/GetJob': { people: 'event.read', scope: 'environment' },
  // Imports are all that can be cancelled.
  'stitchd.event.v1.EventJobs/CancelJob': { people: 'event.import', scope: 'environment' },
};
