/** Limits of summaries of usage. */
export const usageLimits = {
  /** Answers (flag, variant, reason) that one process tells apart in an hour; reads of others are counted as one number. */
  maxGroups: 5_000,
  /** Answers that one item names: with the longest keys it stays below 32 KiB. */
  groupsPerItem: 100,
  /** What one summary covers, in milliseconds: the hour by which usage is kept. */
  periodMs: 3_600_000,
} as const;
