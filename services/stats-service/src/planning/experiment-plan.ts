/** What is known before an experiment starts. Plain JSON; null where something can't be said, with a reason beside it. */
export interface ExperimentPlan {
  readonly unitKind: string;
  /** The past that was looked at, ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly historyDays: number;
  /** The first is the baseline; shares from 0 to 1. */
  readonly arms: readonly { readonly variant: string; readonly share: number }[];
  readonly enrolmentShare: number;
  readonly alpha: number;
  readonly power: number;
  readonly traffic: PlannedTraffic;
  /** In the order asked for; the first is the primary one. */
  readonly metrics: readonly PlannedMetric[];
  /** What follows, in a sentence or two. */
  readonly verdict: PlanVerdict;
}

export interface PlannedTraffic {
  /** Units exposed to the flag, or those with events of the metrics and exposures to anything. */
  readonly source: 'flag' | 'events';
  readonly flagKey: string;
  /** At which rule of the flag: empty where no rule fits, null at any place. */
  readonly ruleId: string | null;
  /** Different units in the past. */
  readonly units: number;
  /** Units by the day on which they were first seen, every day of the past, the oldest first. */
  readonly newUnitsByDay: readonly number[];
  /** New units a day over the last week that would take part. */
  readonly perDay: number;
}

/** Effect, units and days that belong together. */
export interface PlanPoint {
  /** Relative to the baseline, > 0. */
  readonly minimumEffect: number;
  /** In the metric's units. */
  readonly difference: number;
  /** Of all arms together. */
  readonly units: number;
  /** Until they have come and their windows have closed; null where it takes longer than 60 days after the past that is known, or for ever. */
  readonly days: number | null;
  /** With 80 % probability between; null as `days`. */
  readonly daysLow: number | null;
  readonly daysHigh: number | null;
}

export type PlannedMetric =
  | {
      readonly kind: 'planned';
      readonly key: string;
      readonly name: string;
      readonly role: 'primary' | 'secondary';
      readonly estimate: 'mean' | 'share' | 'ratio' | 'quantile';
      /** Units of the past whose window has closed. */
      readonly units: number;
      /** Before any change. */
      readonly baseline: number;
      /** Of one unit, such that variance / units is that of the estimate. */
      readonly variance: number;
      readonly windowDays: number;
      /** What the adjustment by the past would leave of the variance; 1 where nothing is adjusted or nothing helps. */
      readonly varianceRatio: number;
      /** The point that was asked for; of other metrics than the primary one what its units can show. */
      readonly point: PlanPoint | null;
      /** From small effects to large ones, for a chart. */
      readonly curve: readonly PlanPoint[];
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: 'failed';
      readonly key: string;
      readonly name: string;
      readonly code: 'METRIC_NOT_FOUND' | 'METRIC_UNSUPPORTED' | 'NO_DATA';
      readonly message: string;
    };

export interface PlanVerdict {
  readonly code: 'feasible' | 'too-little-traffic' | 'no-traffic' | 'no-baseline';
  readonly words: string;
}
