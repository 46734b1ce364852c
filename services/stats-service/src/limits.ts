/** Limits and defaults of computations, in one place. */
export const statsLimits = {
  /** A job that was taken up this often without a result is failed. */
  attempts: 4,
  /** A worker that says nothing for this long has lost its job to another. */
  leaseMs: 60_000,
  /** How often a worker says that it is still there. */
  heartbeatMs: 5_000,
  /** How often the results of an experiment are computed that does not say it. */
  scheduleMinutes: 60,
  /** Whoever enqueues the experiments of an organisation has this long. */
  scheduleLeaseMs: 60_000,
  /** How often a replica looks whether an organisation is due, at most. */
  scheduleLookMs: 30_000,
  /** What one computation may use of the event store. */
  query: { executionSeconds: 300, memoryBytes: 4 * 1_024 ** 3 },
  /**
   * Rows are computed anew for items that were stored up to this long before the last computation: an insert may take a minute
   * until its rows are seen, and an item may lie five minutes ahead of its period.
   */
  derivedOverlapMs: 12 * 60_000,
  /** Units that one statement names, and that are brought up to date by name: of more, all are found and made anew in one statement. */
  freshUnits: { perStatement: 4_000, most: 40_000 },
  /** How long units' rows grow by what is new before all of them are compared with the raw items. */
  derivedCheckMs: 24 * 3_600_000,
  /** How long after a comparison that found a difference to stay, or was not finished, all of it is tried again. */
  derivedRecheckMs: 6 * 3_600_000,
  /** Figures that are no counts agree when they differ by less than this part. */
  derivedTolerance: 1e-9,
  /** A key that belongs to more exposed units than this is none's: a shared device, a company. */
  linkedUnits: 20,
  /** Times after a unit's exposure in which the primary metric and the guardrails are watched for harm. */
  harmWindowsMs: [3_600_000, 24 * 3_600_000],
  /** How many days after their exposure units are told apart by day. */
  daysSinceExposure: 28,
  /** Values of a dimension that are told apart; the rest are together. */
  dimensionValues: 20,
  /** An event that is stored this long after it happened is late. */
  lateMs: 3_600_000,
  /** Items that were accepted this long before the results' moment and may still wait in a spool are warned of. */
  waitingMs: 10 * 60_000,
  /** The share of a verdict's units from which the decision says that they changed. */
  changedShareFrom: 0.001,
  /** Labels are shuffled of at most so many matured units of a metric, all arms together. */
  shuffledUnits: 2_000,
  /** Other experiments whose units are compared, those that started last. */
  neighbours: 5,
  /** How far back the share of events without a unit is looked at, and on to the beginning of that hour. */
  linkedShareMs: 24 * 3_600_000,
  /** A cap by quantile is frozen once this many units have a value that is not zero. */
  capUnits: 1_000,
  /** Good results kept for each experiment: two weeks of hourly ones, and some. */
  results: 400,
  /** Under so many units in an arm nothing is said of a share before the plan's end. */
  leastUnitsOfShares: 20,
  /** The relative effect that matters where the plan does not say. */
  minimumEffect: 0.01,
  /** The relative worsening of a guardrail that is allowed, likewise. */
  margin: 0.01,
  /** The power of a plan, likewise. */
  power: 0.8,
  /** Above this share of exposures or events without the unit's kind, both do not fit together. */
  unitlessShareAbove: 0.05,
  /** Above this share of events that came more than an hour late, data is late. */
  lateShareAbove: 0.05,
  /** A running experiment is silent after so many hours without an exposure… */
  silentHours: 6,
  /** …in which so many new units would have come at the usual rate. */
  silentUnits: 10,
  /** Effects of finished experiments, the newest ones, from which an organisation's prior is learnt. */
  finishedEffects: 200,
  /** Looks kept for each iteration: beyond, the older half becomes coarser. */
  looks: 1_000,
  /** Changes of the decision kept for each experiment. */
  decisions: 200,
  /** Bytes of what is kept to make a result again. */
  inputBytes: 4_000_000,
  /** Points of a chart over time, where fewer are not asked for. */
  seriesPoints: 200,
  /** Points that may be asked for. */
  mostSeriesPoints: 1_000,
  /** Ended jobs kept for each experiment. */
  jobs: 500,
  /** Experiments whose headlines may be asked for at once: as many as a page of a list has. */
  headlines: 200,
  /** Jobs of an experiment that are listed. */
  listedJobs: 50,
  /** An e-value of the arms' sizes above this is a mismatch. */
  sampleRatioEvidence: 1_000,
  /** How much the event store's clock and a sender's may differ where rows are passed over by the time they were stored. */
  clockSlackMs: 3_600_000,
  /** How far back planning and replays look, in days. */
  historyDays: { usual: 28, most: 90 },
  /** Metrics that are planned for, or replayed, at a time. */
  plannedMetrics: 30,
  /** Arms of a plan or of a replay. */
  plannedArms: 20,
  /** Units that a replay assigns anew; of more a sample is taken, by the hash of the unit. */
  replayUnits: 100_000,
  /** Made-up assignments of a replay. */
  replays: { usual: 1_000, least: 100, most: 5_000 },
  /** Numbers of all its metrics together that a replay holds, 8 bytes each and laid out twice; of more units a smaller sample is taken. */
  replayNumbers: 10_000_000,
  /** Numbers that a replay reads at a time, so that taking them in holds nothing else up. */
  replayNumbersPerRead: 250_000,
  /** Of an exported bundle, as JSON: some 200 metrics with ten periods are far below. */
  bundleBytes: 8 * 1_024 ** 2,
  /** Bars of a histogram of p-values. */
  histogramBars: 20,
} as const;
