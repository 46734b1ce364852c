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
  /** Results of an experiment that stopped this long ago are at rest: items arrive late, but hardly later. */
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
  /** In one environment: as many as can cover a split. */
  running: 10,
  /** Whose planned end is past, looked at in one go. */
  dueAtOnce: 20,
} as const;
