/** Every limit and default of the SDK, in one place; times in milliseconds. */
export const sdkLimits = {
  /** How long `Stitchd.init` waits for the first definitions before it answers all the same. */
  waitUntilReadyMs: 5_000,
  /** The largest number that may be chosen for a time, or a count: what a timer can wait, in milliseconds. */
  maxTimerMs: 2_147_483_647,
  /** The public FlagSync port where `syncUrl` is not given. */
  syncPort: 50_050,
  /** How often definitions are asked for where they are polled: the default, and the least that may be chosen. */
  pollIntervalMs: 30_000,
  minPollIntervalMs: 1_000,
  /** The first and the longest pause before a connection is made again; full jitter within. */
  reconnectMs: { first: 250, longest: 15_000 },
  /** A connection that lasted this long was a good one: the pauses begin anew. */
  goodConnectionMs: 10_000,
  /** The longest pause that a server may ask for by `Retry-After`. */
  maxRetryAfterMs: 300_000,
  /** A refused key may be put right on the server; it is tried again this seldom, give or take a half. */
  refusedRetryMs: 60_000,
  /** Where a lesser transport is in use, the better ones are tried this often: the first and the longest pause, give or take a half. */
  betterTransportMs: { first: 60_000, longest: 600_000 },
  /** How long a server may take to begin its answer. */
  answerTimeoutMs: 4_000,
  /** How long a polled answer may take as a whole. */
  pollTimeoutMs: 60_000,
  /** A connection that is silent for longer than three heartbeats is dead. */
  silenceMs: 45_000,
  /** A connection on which no message is complete for this long is given up, however many bytes arrive. */
  messageMs: 120_000,
  /** Largest message or document of definitions that is accepted, in bytes: the server sends at most 1 MiB, or one entity beyond it. */
  maxSyncMessageBytes: 64 * 1024 * 1024,
  /** Largest answer to events and to questions about lists, in bytes. */
  maxAnswerBytes: 4 * 1024 * 1024,
  /** Of an answer that is an error, bytes that are read to say why. */
  maxProblemBytes: 16 * 1024,
  /** Definitions that can't be used and are named in the log after one change; of more the number is told. */
  maxToldProblems: 10,
  /** How long `Stitchd.init` waits for the server where definitions from disk or a bootstrap are there already. */
  waitForFreshMs: 1_000,
  /** Changes of definitions are written to disk together, this long after the first of them. */
  saveAfterMs: 1_000,
  /** Largest file of definitions that is read. */
  maxSnapshotBytes: 64 * 1024 * 1024,
  /** What a write to disk left behind when its process died is removed after this time. */
  abandonedSnapshotMs: 3_600_000,
  /** Events and exposures kept in memory until they are sent; beyond it the newest are dropped and counted. */
  maxQueuedItems: 10_000,
  /** Items and bytes of one batch; the server refuses more than 1,000 items and 1 MiB. */
  maxBatchItems: 1_000,
  maxBatchBytes: 900 * 1024,
  /** One item's bytes; the server refuses more than 32 KiB. */
  maxItemBytes: 32 * 1024,
  flushIntervalMs: 2_000,
  /** How often evaluations that were counted are queued as a summary. */
  usageIntervalMs: 60_000,
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
  /** Events of which a line was logged, for each way in which they don't fit their definitions. */
  maxNotedEvents: 1_000,
  /** Flags that one source may override, and the bytes of its text. */
  maxOverrides: 1_000,
  maxOverridesBytes: 1024 * 1024,
  /** How often the overrides file is looked at. */
  overridesFileMs: 1_000,
  /** How long `prepare` waits for definitions and memberships before it resolves with what is known. */
  prepareTimeoutMs: 3_000,
  /** Answers about lists that are not held here; beyond it the one that was used least recently is forgotten. */
  maxKnownMemberships: 50_000,
  /** How long such an answer is good; see `MembershipTimes` of @stitchd/core. */
  membershipTimes: { freshMs: 5 * 60_000, usableMs: 24 * 3_600_000, usableAfterChangeMs: 10_000, unknownListMs: 10_000 },
  /** Questions and bytes of one check; the server refuses more than 1,000 questions and 1 MiB. */
  maxMembershipQuestions: 1_000,
  maxMembershipBytes: 900 * 1024,
  /** Questions that wait to be asked; beyond it new ones are dropped and counted, and asked for by a later evaluation. */
  maxWaitingMemberships: 10_000,
  /** Checks on their way at once; one alone after a failure. */
  maxMembershipRequests: 4,
  /** How long questions of evaluations are gathered before they are asked together. */
  membershipGatherMs: 10,
  membershipTimeoutMs: 5_000,
  /** Pauses after a check that failed; full jitter within. What Retry-After says goes first. */
  membershipRetryMs: { first: 500, longest: 30_000 },
  /** How long `close` waits for events and exposures that are still to be sent, and where only a summary of usage is. */
  closeTimeoutMs: 5_000,
  closeUsageTimeoutMs: 1_000,
  /** How long the token of a signed bootstrap proves its context. */
  contextTokenMs: 24 * 60 * 60_000,
} as const;
