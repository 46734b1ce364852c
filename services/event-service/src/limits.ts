/** Limits of event-service, in one place; those of items are in @stitchd/events. */
export const eventServiceLimits = {
  /** UTF-16 units. */
  nameLength: 200,
  descriptionLength: 2_000,
  /** Event definitions, and metrics, of one project. */
  definitionsPerProject: 1_000,
  /** 90 days. */
  windowHours: 2_160,
  /** How old what ingestion knows of a project's events may be. */
  definitionsAgeMs: 3_000,
  /** Projects whose events are known at once; the one that was used least recently goes first. */
  knownProjects: 1_000,
  /** Ids that are remembered to tell senders what had been seen before: at least so many, at most twice. */
  rememberedIds: 100_000,
  /** Pairs of event or flag, iteration and variant that one count lists. */
  countedGroups: 10_000,
  /** From this share of the spool's room on, in percent, a store that is down makes the service unready. */
  spoolUnreadyPercent: 90,
  /** How long a stopping service goes on shipping what waits. */
  drainMs: 5_000,
  drainPollMs: 20,
} as const;
