export {
  assignments,
  experimentStates,
  type Assignment,
  type ExperimentRow,
  type ExperimentState,
  type SagaRow,
  type StoredActor,
  type StoredArm,
  type StoredMetricVersion,
  type StoredProblem,
} from './experiment-row.ts';
export { findExperiment, insertExperiment, updateExperiment, type ExperimentChange } from './experiments.ts';
export { endIteration, insertIteration, iterationSpan, setMetricVersions } from './iterations.ts';
export { listExperiments, listLiveExperiments, type ExperimentPage, type ExperimentQuery } from './list-experiments.ts';
export { claimSaga, deleteSaga, findSaga, insertSaga, postponeSaga } from './sagas.ts';
export {
  countRunningHoldouts,
  deleteHoldout,
  dueHoldouts,
  findHoldout,
  holdoutStates,
  insertHoldout,
  listHoldouts,
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
