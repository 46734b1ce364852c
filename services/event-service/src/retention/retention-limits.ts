/** Limits of deleting rows by their age, in one place. */
export const retentionLimits = {
  /** Days for which a table keeps rows: where nothing is said (25 months), and what may be said. */
  days: { usual: 761, least: 1, most: 3_650 },
  /** How often the rows of an environment are looked through, and how soon again where that did not work. */
  sweepMs: 86_400_000,
  retryMs: 600_000,
  /** How often a replica looks for environments that are due. */
  pollMs: 300_000,
  /** Environments that are looked through together: their rows go with one deletion for each table. */
  environmentsAtOnce: 100,
  /** A replica that has not come to an end after this long has lost its environments to another. */
  leaseMs: 6 * 3_600_000,
  /** Deletions that may be under way in one table before another is begun. */
  deletionsAtOnce: 4,
} as const;
