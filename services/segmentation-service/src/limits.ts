/** Limits of segmentation-service, in one place. What a condition may hold is limited by @stitchd/core. */
export const segmentLimits = {
  /** UTF-16 units. */
  nameLength: 200,
  descriptionLength: 2_000,
  contextKindLength: 100,
} as const;

export const listLimits = {
  /** Keys that one call may add and remove, together. */
  keysPerCall: 100_000,
  /** Keys that a shard holds on average at most, so that a change of one key sends little. */
  keysPerShard: 4_096,
  /** Shards into which a side may be cut: what @stitchd/core reads. */
  shards: 65_536,
  /** Keys whose time has passed that one look for them sees: so many more than a turn takes that long lists hide no others. */
  expiredKeysLookedAt: 1_000_000,
  /** Keys whose time has passed that one transaction takes out of a side of a list. */
  expiredKeysAtOnce: 10_000,
  /** How long a statement on a long list may take, in milliseconds. */
  statementTimeoutMs: 30_000,
} as const;

/** Questions in one membership check. */
export const maxMembershipQuestions = 1_000;
