/** How long usage is kept, in days. */
export const usageStorageLimits = {
  /** Summaries one by one: as long as they may come late, and for as long as rolling them up may fail. */
  summaryDays: 7,
  /** The hours that they are rolled up into. */
  hourDays: 90,
} as const;
