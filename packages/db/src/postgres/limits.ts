/** Limits of the configuration store, in one place. */
export const postgresLimits = {
  /** Connections of one process's pool; all pools together stay below the server's max_connections. */
  poolConnections: 10,
  connectTimeoutMs: 3_000,
  idleTimeoutMs: 30_000,
  /**
   * A pool's connection on which nothing comes or goes for so long is given up: longer than it may lie idle, and than the
   * longest statement, one on a long list.
   */
  silentConnectionMs: 35_000,
  /** How long a connection that listens is silent before the system asks, ten times in ten seconds, whether it still stands. */
  keepAliveDelayMs: 10_000,
  /** The pause before a lost connection that listens is opened again. */
  reconnectDelayMs: 500,
  /** How long readiness waits for the store; less than the second that its asker waits. */
  pingMs: 750,
  /** A statement that takes longer is cancelled by the server. */
  statementTimeoutMs: 4_000,
  /** How long a change waits for another change of the same environment. */
  lockTimeoutMs: 3_000,
  /** How long an idempotency key is remembered. */
  idempotencyKeepHours: 24,
  /** How long a removed definition is kept for readers that missed it. */
  tombstoneKeepDays: 30,
  /** How long an outbox record waits to be told to others. */
  outboxKeepDays: 30,
  /** How many old rows of one kind one transaction deletes. */
  oldRowsAtOnce: 1_000,
} as const;
