/** Limits of the configuration store, in one place. */
export const postgresLimits = {
  /** Connections of one process's pool; all pools together stay below the server's max_connections. */
  poolConnections: 10,
  connectTimeoutMs: 3_000,
  idleTimeoutMs: 30_000,
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
