import type { AccessTable } from '@stitchd/service-kit';

export const access: AccessTable = {
  'stitchd.stats.v1.UnitExport/ExportUnits': { people: 'event.export', scope: 'environment' },
  'stitchd.stats.v1.Results/GetResults': { people: 'stats.read', scope: 'environment' },
  'stitchd.stats.v1.Results/ListHeadlines': { people: 'stats.read', scope: 'environment' },
  'stitchd.stats.v1.Results/ShowAnyway': { people: 'stats.read', scope: 'environment' },
  'stitchd.stats.v1.Results/GetSeries': { people: 'stats.read', scope: 'environment' },
  'stitchd.stats.v1.Results/GetDimensions': { people: 'stats.read', scope: 'environment' },
  'stitchd.stats.v1.Results/GetHistory': { people: 'stats.read', scope: 'environment' },
  'stitchd.stats.v1.Results/Recompute': { people: 'stats.recompute', scope: 'environment' },
  'stitchd.stats.v1.Results/GetJob': { people: 'stats.read', scope: 'environment' },
  'stitchd.stats.v1.Results/ListJobs': { people: 'stats.read', scope: 'environment' },
  'stitchd.stats.v1.Results/CancelJob': { people: 'stats.recompute', scope: 'environment' },
  'stitchd.stats.v1.Results/GetBundle': { people: 'stats.read', scope: 'environment' },
  'stitchd.stats.v1.Planning/PlanExperiment': { people: 'stats.read', scope: 'environment' },
  'stitchd.stats.v1.Planning/StartReplay': { people: 'stats.recompute', scope: 'environment' },
  'stitchd.stats.v1.Planning/GetReplay': { people: 'stats.read', scope: 'environment' },
};
