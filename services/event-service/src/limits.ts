/** Limits of event-service, in one place; those of items are in @stitchd/events. */
export const eventServiceLimits = {
  /** UTF-16 units. */
  nameLength: 200,
  descriptionLength: 2_000,
  /** Event definitions, and metrics, of one project. */
  definitionsPerProject: 1_000,
  /** Characters of the name of a value's unit, such as EUR, and of an owner. */
  unitLength: 50,
  ownerLength: 200,
  /** Context kinds that an event may need. */
  requiredContexts: 16,
  /** JSON Schemas of events' properties. */
  propertiesSchema: {
    /** As compact JSON. */
    bytes: 16_384,
    /** Schemas inside each other, and in all, references followed: an event costs at most a look at each for each of its values. */
    depth: 20,
    schemas: 500,
    /** Instructions that a pattern compiles to. */
    patternSize: 500,
    /** A text that is longer matches no pattern: each of its characters costs as much as the pattern is large. */
    patternTextLength: 4_096,
    /** Items of a list that has to hold each one once: all pairs are compared. */
    uniqueItems: 100,
    /** Problems that are told at once. */
    problems: 20,
    /** Characters of the reason why an event does not fit. */
    messageLength: 300,
    /** Compiled ones that are kept. */
    compiled: 1_000,
  },
  /** Definitions that a metric may have had. */
  versionsPerMetric: 500,
  /** The preview of a metric: its days, today included, and what it may use of the event store. */
  preview: { days: { usual: 14, most: 90 }, executionSeconds: 20, memoryBytes: 536_870_912 },
  /** Undefined events that are kept aside. */
  quarantine: {
    /** Of an environment. */
    items: 100_000,
    /** How old the count of what an environment has aside may be, and for how many it is kept. */
    countAgeMs: 10_000,
    environments: 1_000,
    /** Keys that one look at the quarantine goes through, and items that it takes at a time. */
    keys: 10_000,
    pageItems: 5_000,
    /** How long a replay waits before it looks again: half the age of the newest definition, within these bounds. */
    shortestPauseMs: 5_000,
    longestPauseMs: 6 * 3_600_000,
    /** Keys that are listed, and items that are shown of one. */
    listedKeys: 200,
    samples: 20,
  },
  /** How old what ingestion knows of a project's events, and of an environment's settings, may be. */
  definitionsAgeMs: 3_000,
  /** Projects whose events are known at once; the one that was used least recently goes first. */
  knownProjects: 1_000,
  /** Environments whose settings are known at once; the one that was used least recently goes first. */
  knownEnvironments: 1_000,
  /** Items that an environment may send in a second: where nothing is said, and what may be said. */
  itemsPerSecond: { usual: 20_000, least: 1, most: 1_000_000 },
  /** For so many seconds' items an environment may save up what it may send: the longest burst. */
  burstSeconds: 5,
  /** Environments whose items are counted at once; the one whose items came the longest ago is forgotten first. */
  limitedEnvironments: 10_000,
  /** Attributes that exposures of an environment carry. */
  exposureAttributes: 20,
  /** Changes of what exposes, of which the times are kept. */
  rememberedExposureChanges: 20,
  /** Context kinds whose keys are hashed. */
  hashedKinds: 16,
  /** Characters of an attribute, a context kind or an exclusion's name in the settings of an environment. */
  settingNameLength: 100,
  /** Secrets of an environment that are kept, to find rows whose keys were hashed before the last one was made. */
  keySecrets: 10,
  /** Hashes of keys that are remembered, of all environments: at least so many, at most twice. */
  rememberedKeyHashes: 100_000,
  /** Exclusions of an environment, and the characters of a filter as JSON. */
  exclusions: 20,
  exclusionFilterLength: 4_096,
  /** Ids that are remembered to tell senders what had been seen before: at least so many, at most twice. */
  rememberedIds: 100_000,
  /** Pairs of event or flag, iteration and variant that one count lists. */
  countedGroups: 10_000,
  /** The longest period that is counted, in days, and how long counting may take: so that items in it, not the table, decide. */
  countedDays: 400,
  countSeconds: 60,
  /** What events of a key have: events of the last days that are looked at, properties that are listed, and how long a look may take. */
  eventProperties: { sampled: 1_000, days: 7, listed: 200, seconds: 5 },
  /** The longest period of usage that is answered by grain, in days; the hours are kept for 90. */
  usageDays: { hour: 14, day: 90 },
  /** SDKs and versions that an answer about usage lists. */
  usageSenders: 100,
  usageQuerySeconds: 10,
  /** Flags whose activity is asked for at once, and the days of it. */
  activityFlags: 200,
  activityDays: 7,
  /** Attributes of contexts that are listed, and values of one. */
  listedAttributes: 1_000,
  listedValues: 50,
  /**
   * Of the live tail: items of one answer, how far the first one looks back, how much of the time that was told already is
   * looked at again (rows are seen later than they are stored), and how long a query may take.
   */
  tail: { items: 200, firstMs: 60_000, overlapMs: 3_000, querySeconds: 5 },
  /** Codes, types and keys that a count of refused items lists. */
  rejectionGroups: 500,
  /** From this share of the spool's room on, in percent, a store that is down makes the service unready. */
  spoolUnreadyPercent: 90,
  /** What Retry-After says where the spool is full or can not be written. */
  retryAfterSeconds: 10,
  /** How long a stopping service goes on shipping what waits. */
  drainMs: 5_000,
  drainPollMs: 20,
} as const;
