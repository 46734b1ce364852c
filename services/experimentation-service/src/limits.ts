/** Limits and defaults of experiments, in one place. */
export const experimentLimits = {
  nameLength: 200,
  hypothesisLength: 4_000,
  ruleIdLength: 100,
  unitKindLength: 100,
  /** As many as an exposure's bits can tell apart. */
  arms: 32,
  metrics: 20,
  /** Both exclusive. */
  alpha: { low: 0.0001, high: 0.5, default: 0.05 },
  defaultUnitKind: 'user',
  /** Periods lie between these, so that every time in them fits the event store. */
  period: { fromMs: Date.UTC(2000, 0, 1), toMs: Date.UTC(2100, 0, 1) },
  ownerLength: 100,
  /** The relative worsening of a guardrail that is allowed: more than 0. */
  margin: { high: 1, default: 0.01 },
  plan: {
    /** Relative, and more than 0. */
    minimumEffectHigh: 10,
    power: { low: 0.5, high: 0.99, default: 0.8 },
    unitsHigh: 1_000_000_000_000,
    daysHigh: 730,
  },
  analysis: {
    /** 0: what units did before is not looked at. */
    prePeriodDays: { high: 60, default: 14 },
    scheduleMinutes: { low: 15, high: 1_440, default: 60 },
    dimensions: 5,
    dimensionLength: 100,
  },
  noteLength: 2_000,
  decisionLength: 100,
  /** Late data counts for the longest window of the metrics after a stop, for this long at least and at most. */
  grace: { lowMs: 24 * 3_600_000, highMs: 60 * 24 * 3_600_000 },
  /** An experiment is listed among those whose results move for this long after its grace period: time for the last computation. */
  settleMs: 24 * 3_600_000,
} as const;

/** All shares of a split together, in thousandths of a percent. */
export const wholeShare = 100_000;

/** How half-done starts and stops are taken up again. */
export const sagaLimits = {
  /** Whoever advances one has this long; longer than the deadline of what it asks of flag-service. */
  leaseMs: 30_000,
  /** The pause after the first attempt that came to nothing; it doubles up to the longest. */
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
} as const;

/** Layers, in which experiments exclude each other. Shares in thousandths of a percent. */
export const layerLimits = {
  nameLength: 200,
  descriptionLength: 4_000,
  unitKindLength: 100,
  /** The least that an experiment can be given: 0.1 %. */
  leastShare: 100,
} as const;

/** Holdouts. Shares in thousandths of a percent. */
export const holdoutLimits = {
  nameLength: 200,
  descriptionLength: 4_000,
  unitKindLength: 100,
  /** From 0.1 % to 20 %: fewer units measure nothing, more would be kept from too much. Both inclusive. */
  share: { low: 100, high: 20_000 },
  /** Flags that it leaves alone. */
  exceptions: 100,
  metrics: 20,
  /** Events of its last units count for this long after it has ended: from then on everybody gets the same. */
  graceMs: 24 * 3_600_000,
  /** In one environment: as many as can cover a split. */
  running: 10,
  /** Whose planned end is past, looked at in one go. */
  dueAtOnce: 20,
} as const;
