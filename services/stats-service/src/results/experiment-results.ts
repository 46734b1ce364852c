import type { MetricDefinition, MetricType } from '@stitchd/core';
import type { QueryParameter } from '@stitchd/events';
import type { AnalysisWarning, ComparisonLiftRefusal, DifferenceRefusal, Interval } from '@stitchd/statistics';

/**
 * The results of one iteration of an experiment, as they are stored and served: plain JSON with finite numbers only. What
 * does not exist is `null`, and something next to it says why.
 *
 * Every number can be recomputed by hand: `sql` with `parameters` gives each arm's count, mean and variance from the raw
 * items, and the comparisons follow from those by the methods that they name.
 */
export interface ExperimentResults {
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
  /** In the order of the experiment; the first is the primary one. A metric that can't be computed says so here. */
  readonly metrics: readonly MetricResult[];
  /** The statement that gave every arm's figures, with its parameters; it runs as it is with ClickHouse's client. */
  readonly sql: string;
  readonly parameters: Readonly<Record<string, QueryParameter>>;
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
}

/** One metric: computed, or the reason why not. */
export type MetricResult = ComputedMetric | FailedMetric;

export interface ComputedMetric {
  readonly kind: 'computed';
  readonly key: string;
  readonly name: string;
  readonly type: MetricType;
  /** Which way is better. */
  readonly direction: 'increase' | 'decrease';
  /** Which of the metric's definitions this is, and what it says. Results from before there were versions have neither. */
  readonly version: number;
  readonly definition: MetricDefinition;
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
  | 'VALUES_NOT_FINITE';

/** One arm by itself. Units without the event are part of it, with 0. */
export interface MetricArm {
  readonly variant: string;
  /** Units. */
  readonly n: number;
  /** Of the units; of a conversion the rate, 0…1. null without units. */
  readonly mean: number | null;
  /** Of the units (divisor n − 1); null under two units. */
  readonly standardDeviation: number | null;
  /** Of the units' values; of a conversion how many units converted. */
  readonly sum: number;
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
