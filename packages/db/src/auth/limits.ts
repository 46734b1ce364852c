/** Limits of what is kept of people, keys and sessions, in one place. */
export const authStoreLimits = {
  /** Notifications are hints: what was revoked lately is asked for again this often. */
  invalidationPollMs: 1_000,
  /** How far back a poll looks: longer than any transaction may take, so that a late commit is not missed. */
  invalidationOverlapSeconds: 60,
  /** How long an ended session is kept, so that every cache hears of its end. */
  endedSessionKeepHours: 24,
} as const;
