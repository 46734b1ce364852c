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
} as const;
