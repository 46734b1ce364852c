/** Every limit and default of the SDK, in one place; times in milliseconds. */
export const sdkLimits = {
  /** How long `Stitchd.init` waits for the first definitions before it answers all the same. */
  waitUntilReadyMs: 5_000,
  /** The public FlagSync port where `syncUrl` is not given. */
  syncPort: 50_050,
  /** The first and the longest pause before a stream is opened again; full jitter within. */
  reconnectMs: { first: 250, longest: 30_000 },
  /** A refused key may be put right on the server; it is tried again this seldom. */
  refusedRetryMs: 60_000,
  /** A stream that is silent for longer than three heartbeats is dead. */
  silenceMs: 45_000,
  /** Largest sync message that is accepted, in bytes: the server sends at most 1 MiB, or one entity beyond it. */
  maxSyncMessageBytes: 64 * 1024 * 1024,
  /** Events and exposures kept in memory until they are sent; beyond it the newest are dropped and counted. */
  maxQueuedItems: 10_000,
  /** Items and bytes of one batch; the server refuses more than 1,000 items and 1 MiB. */
  maxBatchItems: 1_000,
  maxBatchBytes: 900 * 1024,
  /** One item's bytes; the server refuses more than 32 KiB. */
  maxItemBytes: 32 * 1024,
  flushIntervalMs: 2_000,
  sendTimeoutMs: 10_000,
  /** Pauses between attempts of one batch; full jitter within. */
  retryMs: { first: 500, longest: 30_000 },
  /** The same exposure of the same unit is sent once in this time. */
  exposureRepeatMs: 60 * 60_000,
  /** Exposures remembered to tell repetitions; the oldest are forgotten first. */
  maxRememberedExposures: 50_000,
  /** Change listeners of one client; further ones are refused with a line in the log. */
  maxChangeListeners: 10_000,
  /** Flags and failures of which a line was logged: each is told once, and none beyond this number. */
  maxNotedFlags: 1_000,
  /** How long `close` waits for what is still to be sent. */
  closeTimeoutMs: 5_000,
} as const;
