export type { DefinitionPage, DefinitionQuery } from './definition-page.ts';
export {
  findEnvironmentSettings,
  lockEnvironmentSettings,
  updateEnvironmentSettings,
  type EnvironmentSettingsChange,
  type EnvironmentSettingsRow,
} from './environment-settings.ts';
export {
  countEventDefinitions,
  findEventDefinition,
  insertEventDefinition,
  listEventDefinitions,
  newestDefinitionAt,
  readEventRules,
  readPropertiesSchemas,
  updateEventDefinition,
  type EventDefinitionRow,
  type EventRuleRow,
  type NewEventDefinition,
} from './event-definitions.ts';
export { endCancelled, eventJobQueue, parkJob, writeProgress, type JobError, type JobLease } from './job-lease.ts';
export { jobStates, type JobFields, type JobRow, type JobState } from './job-row.ts';
export {
  cancelJob,
  enqueueJob,
  findJob,
  forgetOldJobs,
  listJobs,
  makeJobDue,
  makeWaitingJobsDue,
  type JobQuery,
  type NewJob,
} from './jobs.ts';
export {
  addImportData,
  dropImportData,
  findImportOf,
  mergeProgress,
  readImportPiece,
  unfinishedImports,
  type ImportPiece,
} from './import-data.ts';
export {
  countMetrics,
  findMetric,
  findMetricVersion,
  insertMetric,
  listMetrics,
  listMetricVersions,
  updateMetric,
  type MetricQuery,
  type MetricRow,
  type MetricVersionRow,
  type NewMetric,
} from './metrics.ts';
export { withEventStoreLock } from './migration-lock.ts';
export {
  countErasuresOfJob,
  findErasureInJob,
  finishErasures,
  hasUnfinishedImports,
  insertErasure,
  markErasuresClean,
  unfinishedErasures,
  waitingErasureJob,
  type ErasureRow,
} from './erasures.ts';
export { erasureFigures, type ErasureFigures } from './erasure-figures.ts';
export {
  forgetSilentSpool,
  forgetSpool,
  listSpools,
  readSpools,
  reportSpool,
  spoolsMayHold,
  type SpoolReplica,
  type SpoolReport,
} from './spool-replicas.ts';
export { claimRetentionSweeps, endRetentionSweep, type RetentionSweep } from './retention-sweeps.ts';
