import type { AccessTable } from '@stitchd/service-kit';

const read = { people: 'experiment.read', scope: 'environment' } as const;
const write = { people: 'experiment.write', scope: 'environment' } as const;
const forStats = { services: ['stats-service'], scope: 'organisation' } as const;

export const access: AccessTable = {
  'stitchd.experiment.v1.Experiments/CreateExperiment': write,
  'stitchd.experiment.v1.Experiments/GetExperiment': read,
  'stitchd.experiment.v1.Experiments/ListExperiments': read,
  'stitchd.experiment.v1.Experiments/UpdateExperiment': write,
  'stitchd.experiment.v1.Experiments/StartExperiment': write,
  'stitchd.experiment.v1.Experiments/StopExperiment': write,
  'stitchd.experiment.v1.Experiments/AdoptMetricVersions': write,
  'stitchd.experiment.v1.Analysis/GetAnalysisPlan': forStats,
  // What runs must not be broken by a change of an environment's event settings.
  'stitchd.experiment.v1.Analysis/ListRunning': { services: ['stats-service', 'event-service'], scope: 'organisation' },
};
