/** Limits of event-service's jobs, in one place. */
export const jobLimits = {
  /** Jobs that one replica works on at once. */
  workers: 2,
  /** How often a free worker looks for a job that another replica was asked for. */
  pollMs: 2_000,
  /** A worker that says nothing for this long has lost its job to another. */
  leaseMs: 30_000,
  /** How often a worker says that it is still there, and hears whether its job was cancelled. */
  heartbeatMs: 2_000,
  /** A job that was begun this often without coming forward is failed, after about an hour where a store is away; an erasure is not. */
  attempts: 20,
  /** Pause after the first failed attempt; it doubles with each, up to the longest. */
  retryDelayMs: 2_000,
  longestRetryMs: 300_000,
  /** Jobs of one kind that may wait or run in an environment. */
  unfinishedJobs: 20,
  /** Ended jobs that an environment keeps, and for how long. */
  endedJobs: 500,
  endedJobDays: 90,
} as const;
