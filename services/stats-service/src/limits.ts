/** Limits and defaults of computations, in one place. */
export const statsLimits = {
  /** A job that was taken up this often without a result is failed. */
  attempts: 4,
  /** A worker that says nothing for this long has lost its job to another. */
  leaseMs: 60_000,
  /** How often a worker says that it is still there. */
  heartbeatMs: 15_000,
  /** Whoever enqueues the experiments of an organisation has this long. */
  scheduleLeaseMs: 60_000,
  /** How often a replica looks whether an organisation is due, at most. */
  scheduleLookMs: 30_000,
  /** What one computation may use of the event store. */
  query: { executionSeconds: 300 },
  /** Good results kept for each experiment: two weeks of hourly ones, and some. */
  results: 400,
  /** Ended jobs kept for each experiment. */
  jobs: 500,
  /** An e-value of the arms' sizes above this is a mismatch. */
  sampleRatioEvidence: 1_000,
  /** How much the event store's clock and a sender's may differ where rows are passed over by the time they were stored. */
  clockSlackMs: 3_600_000,
} as const;
