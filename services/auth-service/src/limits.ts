/** Limits, lifetimes and defaults of auth-service, in one place. */
export const authLimits = {
  /** In characters. */
  nameLength: 200,
  descriptionLength: 2_000,
  emailLength: 254,
  /** In characters, after normalisation. */
  passwordLength: { least: 12, most: 256 },
  /** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane; some 15 ms here. */
  argon2: { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 },
  /** Passwords being hashed or waiting for it at once; the next one is refused with RATE_LIMITED. */
  passwordsAtOnce: 64,
  /** E-mail addresses whose sign-in attempts one replica remembers; the oldest goes first. */
  rememberedEmails: 10_000,
  accessTokenSeconds: 15 * 60,
  refreshTokenDays: 30,
  /**
   * For so long a used refresh token may come again, where the one that it was changed for has not been used: whoever leaves a page while
   * it renews its session never got the answer. By the clock of the store.
   */
  refreshLeewayMs: 10_000,
  signInLinkHours: 24,
  /** Open sessions of one person; a further sign-in ends the oldest. */
  sessionsPerUser: 50,
  organisationsPerUser: 100,
  /** Their list comes in one piece. */
  environmentsPerProject: 50,
  allowedOrigins: 50,
  backfillDays: 365,
  apiTokenDays: 3_650,
  /** What a stream of invalidations begins with: longer than any cache may keep a key without hearing of us. */
  keyReplaySeconds: 24 * 60 * 60,
  /** The life of an access token, and five minutes for clocks. */
  sessionReplaySeconds: 20 * 60,
  heartbeatMs: 5_000,
  /** Without a successful poll for this long, heartbeats stay away. */
  heartbeatStaleMs: 5_000,
  /** Invalidations that wait for one slow stream; a further one ends the stream, and its reader catches up by a new one. */
  waitingInvalidations: 10_000,
  /** Their list comes in one piece. */
  receiversPerProject: 50,
  /** In characters. */
  webhookUrlLength: 2_000,
  /** Messages that wait for one receiver; a further one is kept as failed. */
  waitingDeliveries: 1_000,
  /** Organisations, and records of one, that are looked at at once. */
  organisationsToldAtOnce: 100,
  recordsToldAtOnce: 200,
  /** Messages on their way at once, of one replica; to one receiver goes one at a time. */
  sendersAtOnce: 8,
  /** From the look-up of the name to the status of the answer. */
  webhookTimeoutMs: 10_000,
  emailTimeoutMs: 30_000,
  /** Longer than any attempt may take: from then on another replica takes the message for its own. */
  deliveryLeaseMs: 60_000,
  /** The longest pause after the first failed attempt; it doubles with each, up to the second. The pause itself is any up to it. */
  deliveryRetry: { firstMs: 5_000, mostMs: 3_600_000 },
  /** From then on a message is not attempted any more. */
  deliveryAgeMs: 24 * 60 * 60 * 1_000,
  /** A receiver to which nothing came through for so long is paused when a message is given up. */
  pauseFailingMs: 12 * 60 * 60 * 1_000,
  deliveryKeepDays: 30,
  deliveriesForgottenAtOnce: 1_000,
} as const;
