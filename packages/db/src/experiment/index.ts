export {
  adjustments,
  assignments,
  designs,
  experimentKinds,
  experimentStates,
  harmAnswers,
  metricRoles,
  type Assignment,
  type ExperimentKind,
  type ExperimentRow,
  type ExperimentState,
  type MetricRole,
  type SagaRow,
  type StoredActor,
  type StoredAnalysis,
  type StoredArm,
  type StoredMetric,
  type StoredMetricVersion,
  type StoredPlan,
  type StoredProblem,
  type StoredServe,
} from './experiment-row.ts';
export { findConflicting, findExperiment, insertExperiment, updateExperiment, type ExperimentChange } from './experiments.ts';
export type { IterationMetric, IterationRow, IterationSettings, StoredPeriod } from './iteration-row.ts';
export {
  earlierIterations,
  endIteration,
  findIteration,
  insertIteration,
  listIterations,
  setDecision,
  setIterationSettings,
} from './iterations.ts';
export { listExperiments, listLiveExperiments, type ExperimentPage, type ExperimentQuery } from './list-experiments.ts';
export { readPeriods, replacePeriods } from './periods.ts';
export { claimSaga, deleteSaga, findSaga, insertSaga, postponeSaga } from './sagas.ts';
export {
  countRunningHoldouts,
  deleteHoldout,
  dueHoldouts,
  findHoldout,
  holdoutStates,
  insertHoldout,
  listHoldouts,
  listLiveHoldouts,
  runningHoldouts,
  updateHoldout,
  type HoldoutChange,
  type HoldoutRow,
  type HoldoutState,
} from './holdouts.ts';
export {
  deleteLayer,
  deleteSlice,
  findLayer,
  insertLayer,
  listLayers,
  putSlice,
  sliceOfExperiment,
  slicesOf,
  updateLayer,
  type LayerRow,
  type SliceRow,
  type StoredBucketRange,
} from './layers.ts';
