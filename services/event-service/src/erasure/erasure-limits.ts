/** Limits of erasing units, in one place. */
export const erasureLimits = {
  /** A request is done within so many hours, unless a store is away for longer: what is not is told as an error each time. */
  hours: 48,
  /** Units that one job erases: their rows are deleted together, which costs as much as for one. */
  unitsPerJob: 1_000,
  /** Jobs of one environment that wait or run. */
  unfinishedJobs: 3,
  /** How often a job looks whether something may still come. */
  pollMs: 5_000,
  /**
   * How long nothing has to be left before it is believed: what is derived from raw rows was perhaps read before they were
   * deleted, and written after.
   */
  settleMs: 300_000,
  /** How often a replica says what waits in its spool. */
  reportMs: 5_000,
  /** By how much clocks may differ, and how long a batch may be on its way into a spool. */
  slackMs: 60_000,
  /** A replica of the same place that says nothing for this long is gone, and its spool was taken over. */
  goneReplicaMs: 180_000,
  /** For how long a replica that says nothing is waited for: its spool may come back with its volume. */
  missingReplicaMs: 86_400_000,
  /**
   * How long results wait for a replica that said that nothing waits, and nothing since: all that may be missing is what it accepted
   * after its last report. Erasures wait for it as for any other.
   */
  emptyReplicaMs: 3_600_000,
  /** For how long a replica that says nothing is told in results; then it is forgotten. */
  toldReplicaMs: 7 * 86_400_000,
  /** Deletions that may be under way in one table before another is begun. */
  deletionsAtOnce: 4,
} as const;
