const mebibyte = 1024 * 1024;

/** Limits of the event store, in one place. Times are in the unit that their names say. */
export const clickhouseLimits = {
  connectTimeoutMs: 3_000,
  /** A health check that takes longer counts as no answer. */
  pingTimeoutMs: 1_000,
  /** How long an insert may take: readers of `stored_at` wait for two minutes, so that none is overtaken. */
  insertSeconds: 60,
  /** DDL on a cluster waits for its replicas. */
  commandSeconds: 180,
  /** One statement of a migration: copying a table takes about a second for 300,000 rows. */
  migrationSeconds: 1_800,
  /** How often a deletion that is under way is looked at. */
  deletionPollMs: 100,
  /** How much longer than the server a client waits for an answer that is on its way. */
  answerGraceMs: 5_000,
  /** Connections of one process. */
  connections: 16,
  /** What one query may use where its caller names nothing, and the most that a caller may ask for. */
  query: {
    executionSeconds: { usual: 30, most: 1_800 },
    memoryBytes: { usual: 1_024 * mebibyte, most: 64 * 1_024 * mebibyte },
    resultRows: { usual: 100_000, most: 5_000_000 },
  },
} as const;
