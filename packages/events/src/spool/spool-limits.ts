const mebibyte = 1_024 * 1_024;

/** Limits of the spool, in one place. */
export const spoolLimits = {
  /** All segments of one replica together, quarantine included, where the operator names nothing. */
  totalBytes: 1_024 * mebibyte,
  /** A segment is closed at this size; its last batch may go over it. */
  segmentBytes: 8 * mebibyte,
  /** The largest batch that a segment may hold: above what the largest body can become. */
  frameBytes: 16 * mebibyte,
  /** Of a damaged segment, how much is checked, in all, in search of batches behind the damage; then the rest counts as unread. */
  searchedBytes: 64 * mebibyte,
  /** How often a replica looks for spools whose replica is gone. */
  adoptEveryMs: 60_000,
} as const;
