/** Limits of the way from the spool to the event store, in one place. */
export const shipLimits = {
  /** How long a first batch waits for others before its segment is closed: each insert costs the engine ten milliseconds. */
  lingerMs: 250,
  /** Pause after a failed insert: the first, and the longest (it doubles in between). */
  firstRetryMs: 100,
  longestRetryMs: 15_000,
  /** Of `STITCHD_EVENTS_ACK=clickhouse`: bytes that wait for their insert, and of one insert. */
  directWaitingBytes: 64 * 1_024 * 1_024,
  directInsertBytes: 8 * 1_024 * 1_024,
} as const;

/** The same names with other numbers, as tests need them. */
export type ShipLimits = Readonly<Record<keyof typeof shipLimits, number>>;
