export { raiseAlarm } from './alarms.ts';
export { listDecisions, recordDecision, type DecisionChange } from './decision-changes.ts';
export {
  findDerivedState,
  saveDerivedState,
  type DerivedIteration,
  type DerivedState,
  type FailedCheck,
  type DerivedTallies,
  type EventTally,
  type ExposureTally,
} from './derived-state.ts';
export { listFinishedEffects, saveFinishedEffects, type FinishedEffect } from './finished-effects.ts';
export { enqueueFinalJob } from './final-job.ts';
export { headlinesOf, type StoredHeadline } from './headlines.ts';
export type { IterationScope } from './iteration-scope.ts';
export { findDetails, findEvidence, findInputs, saveIterationState, type IterationState } from './iteration-state.ts';
export {
  claimJob,
  extendLease,
  finishCancelled,
  finishJob,
  jobHeadStartMs,
  postponeJob,
  writeBounds,
  writeProgress,
  type JobLease,
} from './job-lease.ts';
export type { JobBounds, JobCause, JobKind, JobRow, JobState } from './job-row.ts';
export { cancelJob, enqueueJob, findJob, lastJob, listJobs, type NewJob } from './jobs.ts';
export { insertLooks, listLooks, thinLooks } from './looks.ts';
export { newestJobs, type AskedIteration, type NewestJob } from './newest-jobs.ts';
export { queueFigures, type QueueFigures } from './queue-figures.ts';
export { findReplay, saveReplay, type StoredReplay } from './replays.ts';
export {
  forgetOldResults,
  hasFinalResult,
  insertResult,
  lastResult,
  resultIteration,
  type ResultOf,
  type StoredResult,
} from './results.ts';
export { claimSchedule, settleSchedule } from './schedule.ts';
export { listSequentialStates, saveSequentialStates, type StoredSequentialState } from './sequential-states.ts';
