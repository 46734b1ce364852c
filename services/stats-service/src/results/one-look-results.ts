import type { MetricDefinition } from '@stitchd/core';
import type { Parameters } from '../computation/query.ts';
import type { AnalysisWarning, ComparisonLiftRefusal, DifferenceRefusal, Interval } from '@stitchd/statistics';

/**
 * The results of one iteration of an experiment, as they are stored and served: plain JSON with finite numbers only. What
 * does not exist is `null`, and something next to it says why.
 *
 * Every number can be recomputed by hand: `sql` with `parameters` gives each arm's count, mean and variance from the raw
 * items, and the comparisons follow from those by the methods that they name.
 */
export interface OneLookResults {
  readonly experimentId: string;
  readonly experimentKey: string;
  readonly iterationId: string;
  /** Counts from 1. */
  readonly iteration: number;
  /** 'split': Stitchd assigned the arms. 'recorded': somebody else did; the variant of the exposure is the arm. */
  readonly assignment: string;
  /** Exposures in [from, to) count, ISO 8601. While the experiment runs, `to` is `dataUntil`. */
  readonly from: string;
  readonly to: string;
  /** Items that were stored until then take part, by the event store's clock. Later ones are in the next results. */
  readonly dataUntil: string;
  readonly computedAt: string;
  /** One look at the end: p-values and intervals hold for a single look, not for watching until one is significant. */
  readonly method: 'fixed-horizon';
  /** Intervals have the level 1 − alpha. */
  readonly alpha: number;
  /** The kind of context whose key is the unit. */
  readonly unitKind: string;
  readonly baselineVariant: string;
  /** Every arm, in the order of the experiment. */
  readonly arms: readonly ArmResult[];
  /** Whether the arms' sizes fit the expected shares; null while no unit was exposed. */
  readonly sampleRatio: SampleRatioResult | null;
  /** Units that were exposed to more than one arm. They count for the arm that they saw first. */
  readonly mixedUnits: number;
  /** What was exposed under this iteration in the period. */
  readonly exposures: ExposureCounts;
  /** How the events of the metrics name the unit; null where no metric asks for any. */
  readonly events: EventCounts | null;
  /**
   * How the figures came about: 'full' from all items, 'incremental' from what was new, 'checked' likewise and then compared
   * with all items, 'repaired' where that comparison found a difference and everything was made anew.
   */
  readonly derivation: 'full' | 'incremental' | 'checked' | 'repaired';
  /** In the order of the experiment; the first is the primary one. A metric that can't be computed says so here. */
  readonly metrics: readonly MetricResult[];
  /** The statement that gave every arm's figures, with its parameters; it runs as it is with ClickHouse's client. */
  readonly sql: string;
  readonly parameters: Parameters;
}

export interface ArmResult {
  readonly variant: string;
  /** Different units whose first exposure was to this arm. */
  readonly units: number;
  /** Of those, the ones that were exposed to another arm later. */
  readonly mixedUnits: number;
  /** 0…1; all together 1. */
  readonly expectedShare: number;
  /** null while no unit was exposed. */
  readonly expectedUnits: number | null;
}

export interface SampleRatioResult {
  /** Pearson's test of the arms with a share, right for one look. */
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
  /**
   * How many times likelier the sizes are under a mixture of other splits than under the expected one. Right at any look.
   * At most 1.7976931348623157e308.
   */
  readonly eValue: number;
  /** 'mismatch': the e-value is above 1,000, or an arm without a share has units. Then nothing below can be trusted. */
  readonly verdict: 'ok' | 'mismatch';
}

export interface ExposureCounts {
  /** Each item once, whatever its variant. */
  readonly items: number;
  /** Exposures whose context lacks the unit's kind; they count for nobody. */
  readonly withoutUnit: number;
  /** Variants that are no arm (an off variant, say), with their exposures; they count for nobody. */
  readonly otherVariants: readonly { readonly variant: string; readonly items: number }[];
  /** What each of the environment's exclusions left out, in their order; nothing of it is in any other count. */
  readonly excluded: readonly { readonly name: string; readonly items: number; readonly units: number }[];
  /** Units by the day (UTC, YYYY-MM-DD) of their first exposure and their arm, in this order. */
  readonly days: readonly { readonly day: string; readonly variant: string; readonly units: number }[];
}

/** Events of the metrics that were stored in the last 24 hours before `dataUntil`; a retry may count twice here. */
export interface EventCounts {
  readonly items: number;
  /** Without a key of the experiment's unit kind. */
  readonly withoutUnit: number;
  /** Of those, the ones with another key that is known to belong to some unit; the others count for nobody. */
  readonly linked: number;
}

/** One metric: computed, or the reason why not. */
export type MetricResult = ComputedMetric | FailedMetric;

export interface ComputedMetric {
  readonly kind: 'computed';
  readonly key: string;
  readonly name: string;
  /** Which of the metric's definitions this is. */
  readonly version: number;
  readonly type: MetricDefinition['type'];
  /** Which way is better. */
  readonly direction: 'increase' | 'decrease';
  /** What it measures, complete. */
  readonly definition: MetricDefinition;
  /**
   * What an arm's `mean` is: a mean over units, the share of units that did it, the ratio of two means over units, or a
   * quantile.
   */
  readonly estimate: 'mean' | 'share' | 'ratio' | 'quantile';
  readonly arms: readonly MetricArm[];
  /** Every arm but the baseline, against the baseline. */
  readonly comparisons: readonly MetricComparison[];
}

export interface FailedMetric {
  readonly kind: 'failed';
  readonly key: string;
  /** A stable code and a sentence. */
  readonly failure: { readonly code: MetricFailureCode; readonly message: string };
}

export type MetricFailureCode =
  /** The project has no such metric (any more). */
  | 'METRIC_NOT_FOUND'
  /** Its definition is of a kind that this version can't compute. */
  | 'METRIC_UNSUPPORTED'
  /** Its values are so large that their mean or variance is no number. */
  | 'VALUES_NOT_FINITE'
  /** In some arm hardly anything is in the denominator: the ratio could be almost anything. */
  | 'DENOMINATOR_NEAR_ZERO'
  /** So few units of some arm lie beyond the quantile that nothing says how sure it is. */
  | 'TOO_FEW_UNITS';

/** One arm by itself. Units without the event are part of it, with 0. */
export interface MetricArm {
  readonly variant: string;
  /** Units; of a retention those whose last day has passed. */
  readonly n: number;
  /** Of the units, or as `estimate` says; of a share 0…1. null without units. */
  readonly mean: number | null;
  /** Of the units (divisor n − 1); null under two units, and for a ratio or quantile. */
  readonly standardDeviation: number | null;
  /** Of the units' values; of a share how many units did it; null for a ratio or quantile. */
  readonly sum: number | null;
  /** Units whose window has closed, so that nothing to come changes their value; null for a metric without a window. */
  readonly maturedUnits: number | null;
  /** Of a funnel: units that did at least so many steps, in order. */
  readonly steps: readonly number[] | null;
  /** Of a ratio: the means over units that are divided. */
  readonly parts: { readonly numerator: number; readonly denominator: number } | null;
  /** Of a metric that is capped at a quantile: units above it, and what of the sum it took away. */
  readonly capped: { readonly cap: number; readonly units: number; readonly taken: number } | null;
}

/** One arm against the baseline; differences are arm − baseline in the metric's units. */
export interface MetricComparison {
  readonly variant: string;
  /** Welch's t-test; for few conversions Fisher's mid-p with Newcombe's interval, which have no standard error and no t. */
  readonly method: 'welch' | 'fisher-newcombe' | null;
  readonly difference: number | null;
  readonly standardError: number | null;
  readonly degreesOfFreedom: number | null;
  readonly t: number | null;
  /** Two-sided. */
  readonly pValue: number | null;
  readonly interval: Interval | null;
  /** Why there is no comparison; null where there is one. */
  readonly notComputable: DifferenceRefusal | null;
  /** Relative to the baseline's mean: 0.05 is five per cent up. */
  readonly lift: number | null;
  /** Fieller's, with the same critical value as `interval`. */
  readonly liftInterval: Interval | null;
  /** Why the lift has no interval; null where it has one. */
  readonly liftNotMeasurable: ComparisonLiftRefusal | null;
  readonly warnings: readonly AnalysisWarning[];
}
