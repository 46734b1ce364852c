/** Limits and defaults of metrics' definitions. */
export const metricLimits = {
  /** The attribution window where none is said, and the longest: 7 and 90 days. */
  windowHours: { usual: 168, most: 2_160 },
  /** The longest delay after the first exposure. */
  delayHours: 2_160,
  /** The shortest window that is one: a minute. */
  leastWindowMs: 60_000,
  funnelSteps: { least: 2, most: 10 },
  /** The longest time from the first step of a funnel to its last, and what it is where none is said. */
  withinHours: { usual: 168, most: 2_160 },
  /** The last day of a retention. */
  retentionDays: 90,
  /** Levels of quantile metrics. */
  quantileLevel: { least: 0.01, most: 0.99 },
  /** Levels of a cap, the upper one exclusive. */
  capLevel: { least: 0.5, below: 1 },
  /** The largest relative effect that can be said to matter: 1,000 %. */
  minimumEffect: 10,
} as const;
