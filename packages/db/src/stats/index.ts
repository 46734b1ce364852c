export { findDerivedState, saveDerivedState, type DerivedIteration, type DerivedState } from './derived-state.ts';
export { claimJob, extendLease, finishJob, postponeJob, writeBounds, type JobLease } from './job-lease.ts';
export type { JobBounds, JobCause, JobRow, JobState } from './job-row.ts';
export { enqueueJob, findJob, lastJob, type NewJob } from './jobs.ts';
export { forgetOldResults, insertResult, lastResult, type StoredResult } from './results.ts';
export { claimSchedule, settleSchedule } from './schedule.ts';
