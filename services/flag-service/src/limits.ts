/** Limits of flag-service, in one place. What a configuration may hold is limited by @stitchd/core. */
export const flagLimits = {
  /** UTF-16 units. */
  nameLength: 200,
  descriptionLength: 2_000,
  ownerLength: 200,
  tags: 20,
  tagLength: 50,
  expectedLifetimeDays: 3_650,
} as const;

export const watchLimits = {
  /** A message of a sync stream when it is encoded; a single entity beyond it travels alone. Stock clients refuse 4 MiB. */
  messageBytes: 1_048_576,
  /** Revisions of an environment of which the checksum is remembered, for readers that come back. */
  rememberedChecksums: 1_000,
  /** Removed definitions of an environment that a delta can tell; a reader that lacks an older removal gets a snapshot. */
  rememberedRemovals: 10_000,
} as const;

/** How often rows that are kept for a time only are looked for; how long that is, says `postgresLimits` of @stitchd/db. */
export const oldRowsIntervalMs = 3_600_000;

/** Environments that are known to hold every flag; when there are more, they are asked for again. */
export const maxRememberedEnvironments = 100_000;
