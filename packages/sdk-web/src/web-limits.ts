/** Every limit and default of the SDK for browsers, in one place; times in milliseconds. */
export const webLimits = {
  /** How long `waitUntilReady` waits where nothing else is said. */
  waitUntilReadyMs: 5_000,
  /** The longest that a timer can wait; one that is longer would fire at once. */
  maxTimerMs: 2_147_483_647,
  /** The longest request for values. */
  requestTimeoutMs: 10_000,
  /** A stream that has told nothing by then goes through something that holds it back: values are polled instead. */
  firstEventMs: 4_000,
  /** A stream that is silent for three heartbeats is dead. */
  silenceMs: 45_000,
  /** How often values are asked for where streaming does not work. */
  pollIntervalMs: 60_000,
  /** How long values are polled before streaming is tried again. */
  streamAgainMs: 600_000,
  /** The first and the longest pause before another attempt; full jitter within. */
  reconnectMs: { first: 500, longest: 60_000 },
  /** A stream that lived for longer begins the pauses anew. */
  longStreamMs: 10_000,
  /** A refused key or context token may be put right on the server; it is tried again this seldom. */
  refusedRetryMs: 300_000,
  /** A page that is hidden for this long stops following changes, until it is shown again. */
  hiddenGraceMs: 30_000,
  /** Largest answer that is taken in, in characters. */
  maxValuesCharacters: 4 * 1024 * 1024,
  /** Largest answer that is kept for the next start, in characters of JSON. */
  maxCachedCharacters: 256 * 1024,
  /** Listeners of changes. */
  maxListeners: 10_000,
  /** Events and exposures that wait to be sent; beyond it the newest are dropped and counted. */
  maxQueuedItems: 1_000,
  /** The same in characters of JSON: what is kept in the browser's storage. */
  maxQueuedCharacters: 512 * 1024,
  /** One item's characters; the server refuses more than 32 KiB. */
  maxItemCharacters: 8 * 1024,
  /** Items and characters of one batch. */
  maxBatchItems: 500,
  maxBatchCharacters: 256 * 1024,
  /** Browsers let a page that goes away send 64 KiB at most. */
  maxLastBatchCharacters: 15 * 1024,
  flushIntervalMs: 2_000,
  /** How often reads that were counted are queued as a summary; a page that goes away does it too. */
  usageIntervalMs: 60_000,
  /** How soon queued items are written to the browser's storage. */
  storeDelayMs: 250,
  /** Older items are not sent any more: the server would refuse them. */
  maxItemAgeMs: 7 * 86_400_000,
  /** The latest time of an event, in epoch milliseconds: what an id has room for. */
  latestMs: 2 ** 48 - 1,
  /** The same exposure of the same unit is sent once in this time. */
  exposureRepeatMs: 3_600_000,
  maxRememberedExposures: 5_000,
  /** Flags whose reading is remembered until consent is given. */
  maxReadFlags: 1_000,
  /** How long a device is known by its cookie, in seconds: as long as browsers keep one at most. */
  cookieSeconds: 400 * 86_400,
} as const;
