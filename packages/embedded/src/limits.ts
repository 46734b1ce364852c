/**
 * Every limit, timeout and default of the engines' launchers. The limits of the ClickHouse server itself are declared in
 * `engine/limits.mjs`, because that file runs in the child process.
 */
export const embeddedLimits = {
  /** Longest path of a Unix socket in bytes: `sockaddr_un` holds 108 with its end, macOS 104; one is kept to spare. */
  socketPathBytes: 103,
  /** How long another holder of the data directory has to say who it is, in milliseconds. */
  lockAnswerMs: 1_000,
  /** How often two starts that meet look again which of them yields, and the pause in between. */
  lockAttempts: 100,
  lockRetryMs: 20,
  /** How long `initdb` may take, in milliseconds: it writes 40 MB and syncs them. */
  initialiseMs: 120_000,
  /** How long PostgreSQL may take to accept connections, recovery after a crash included. */
  postgresStartMs: 120_000,
  /** How long PostgreSQL has for a fast shutdown (which writes a checkpoint) before an immediate one. */
  postgresStopMs: 30_000,
  /** How long an immediate shutdown may take before the process is killed. Nothing committed is lost by either. */
  postgresImmediateStopMs: 5_000,
  /** How long an orphan may take to vanish after SIGKILL. */
  orphanKillMs: 5_000,
  /** How often a process that is not our child is looked at while it ends. */
  processPollMs: 25,
  /** How much of an engine's last output an error about it repeats, in characters. */
  outputTailCharacters: 4_000,
  /** How long the ClickHouse engine may take until it answers: it loads every table's parts. */
  clickhouseStartMs: 120_000,
  /** How long the ClickHouse child has to end its running queries before it is killed. */
  clickhouseStopMs: 20_000,
  /** Threads of the child's pool: each running query keeps one; `engine/limits.mjs` keeps four of them free. */
  clickhouseThreads: 20,
  /** Restart of a crashed ClickHouse child: first pause, longest pause (it doubles in between). */
  restartFirstDelayMs: 100,
  restartLongestDelayMs: 30_000,
  /** A child that lived this long counts as healthy again: its next crash starts with the first pause. */
  restartHealthyAfterMs: 60_000,
} as const;

/** Settings of the embedded PostgreSQL, given on its command line at each start, so that an older directory gets them too. */
export const postgresSettings = {
  /** All pools of all processes together stay below it (three are reserved for the superuser). */
  max_connections: 100,
  shared_buffers: '64MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
} as const;

/** The only major version that the embedded engine reads. */
export const postgresMajorVersion = 18;
