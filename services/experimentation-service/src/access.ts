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
  'stitchd.experiment.v1.Experiments/PauseExperiment': write,
  'stitchd.experiment.v1.Experiments/ResumeExperiment': write,
  'stitchd.experiment.v1.Experiments/RestartExperiment': write,
  'stitchd.experiment.v1.Experiments/ArchiveExperiment': write,
  'stitchd.experiment.v1.Experiments/UnarchiveExperiment': write,
  'stitchd.experiment.v1.Experiments/RaiseEnrolment': write,
  'stitchd.experiment.v1.Experiments/ChangeWeights': write,
  'stitchd.experiment.v1.Experiments/GetChecklist': read,
  'stitchd.experiment.v1.Experiments/PreviewStop': read,
  'stitchd.experiment.v1.Experiments/ListIterations': read,
  'stitchd.experiment.v1.Experiments/AdoptMetricVersions': write,
  'stitchd.experiment.v1.Layers/CreateLayer': write,
  'stitchd.experiment.v1.Layers/GetLayer': read,
  'stitchd.experiment.v1.Layers/ListLayers': read,
  'stitchd.experiment.v1.Layers/UpdateLayer': write,
  'stitchd.experiment.v1.Layers/DeleteLayer': write,
  'stitchd.experiment.v1.Layers/AllotShare': write,
  'stitchd.experiment.v1.Layers/ReleaseShare': write,
  'stitchd.experiment.v1.Holdouts/CreateHoldout': write,
  'stitchd.experiment.v1.Holdouts/GetHoldout': read,
  'stitchd.experiment.v1.Holdouts/ListHoldouts': read,
  'stitchd.experiment.v1.Holdouts/UpdateHoldout': write,
  'stitchd.experiment.v1.Holdouts/DeleteHoldout': write,
  'stitchd.experiment.v1.Holdouts/StartHoldout': write,
  'stitchd.experiment.v1.Holdouts/EndHoldout': write,
  'stitchd.experiment.v1.Analysis/GetAnalysisPlan': forStats,
  'stitchd.experiment.v1.Analysis/RecordDecision': forStats,
  'stitchd.experiment.v1.Analysis/ReportHarm': forStats,
  // What runs must not be broken by a change of an environment's event settings.
  'stitchd.experiment.v1.Analysis/ListRunning': { services: ['stats-service', 'event-service'], scope: 'organisation' },
};
