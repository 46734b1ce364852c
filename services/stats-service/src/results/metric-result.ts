import type { MetricDefinition } from '@stitchd/core';
import type { Interval } from '@stitchd/statistics';
import type { DaysLeftResult } from './experiment-results.ts';

/** One metric: computed, or the reason why not. */
export type MetricResult = ComputedMetric | FailedMetric;

export type MetricRole = 'primary' | 'secondary' | 'guardrail';

export interface ComputedMetric {
  readonly kind: 'computed';
  readonly key: string;
  readonly name: string;
  readonly role: MetricRole;
  /** Not part of any verdict: a secondary metric, or one that was added or changed after the start. */
  readonly isExploratory: boolean;
  /** Of a guardrail: the relative worsening that is allowed; else null. */
  readonly margin: number | null;
  /** Which of the metric's definitions this is. */
  readonly version: number;
  readonly type: MetricDefinition['type'];
  /** Which way is better. */
  readonly direction: 'increase' | 'decrease';
  /** What it measures, complete. */
  readonly definition: MetricDefinition;
  /** What an arm's `mean` is: a mean over units, the share of units that did it, the ratio of two means over units, or a quantile. */
  readonly estimate: 'mean' | 'share' | 'ratio' | 'quantile';
  /** After its exposure a unit's events count for so long; null: without end, so that no verdict holds. */
  readonly windowHours: number | null;
  /** The last good value of a metric that fails now; null where this is the present one. */
  readonly stale: StaleMetric | null;
  readonly arms: readonly MetricArm[];
  /** Every arm but the baseline, against the baseline. */
  readonly comparisons: readonly MetricComparison[];
}

export interface StaleMetric {
  /** When this value was computed. */
  readonly since: string;
  readonly stage: MetricStage;
  readonly code: MetricFailureCode;
  readonly cause: string;
  /** What was asked of the event store; null where it failed elsewhere. */
  readonly query: string | null;
}

/** Where a metric failed: looking up its definition, reading its figures, or comparing the arms. */
export type MetricStage = 'definition' | 'figures' | 'comparison';

export interface FailedMetric {
  readonly kind: 'failed';
  readonly key: string;
  readonly role: MetricRole;
  readonly failure: MetricFailure;
}

/** A stable code and a sentence. */
export interface MetricFailure {
  readonly code: MetricFailureCode;
  readonly message: string;
  readonly stage: MetricStage;
  readonly query: string | null;
}

export type MetricFailureCode =
  /** The project has no such metric (any more). */
  | 'METRIC_NOT_FOUND'
  /** Its definition is of a kind that this version can't compute. */
  | 'METRIC_UNSUPPORTED'
  /** Its values are so large that their mean or variance is no number. */
  | 'VALUES_NOT_FINITE'
  /** The event store could not answer for this metric. */
  | 'QUERY_FAILED';

/**
 * One arm by itself: of the units whose window has closed, which are the ones that are compared. Units without the event are part of
 * it, with 0.
 */
export interface MetricArm {
  readonly variant: string;
  /** Units. */
  readonly n: number;
  /** Of the units, or as `estimate` says; of a share 0…1. null without units. */
  readonly mean: number | null;
  /** Adjusted by what was known before the exposure; null where nothing was adjusted. */
  readonly adjustedMean: number | null;
  /** Of the units (divisor n − 1); null under two units, and for a ratio or quantile. */
  readonly standardDeviation: number | null;
  /** Of the units' values; of a share how many units did it; null for a ratio or quantile. */
  readonly sum: number | null;
  /** All units so far, also those whose window is open: to be shown greyed; null where there are no others. */
  readonly maturing: { readonly n: number; readonly mean: number | null } | null;
  /** Of a funnel: units that did at least so many steps, in order. */
  readonly steps: readonly number[] | null;
  /** Of a ratio: the means over units that are divided. */
  readonly parts: { readonly numerator: number; readonly denominator: number } | null;
  /** Of a capped metric: units above the cap, and what of the sum it took away. */
  readonly capped: {
    readonly cap: number;
    readonly units: number;
    readonly taken: number;
    /** Of the sum without the cap. */
    readonly shareTaken: number;
  } | null;
}

/** A difference with how sure it is: arm − baseline, in the metric's units. */
export interface EffectResult {
  /** Student's t; for few conversions Fisher's mid-p with Newcombe's interval; for few units shuffled labels. */
  readonly method: 'student' | 'fisher-newcombe' | 'randomisation' | null;
  readonly difference: number | null;
  /** null for exact methods. */
  readonly standardError: number | null;
  readonly degreesOfFreedom: number | null;
  /** Valid however often is looked, as the design says; of this look alone. */
  readonly pValue: number | null;
  /** Likewise. */
  readonly interval: Interval | null;
  /** Why there is no interval; null where there is one. */
  readonly notComputable: NotComputable | null;
  /** Relative to the baseline's mean: 0.05 is five per cent up. */
  readonly lift: number | null;
  /** Fieller's, with the same critical value as `interval`, so that both agree about 0. */
  readonly liftInterval: Interval | null;
  /** Why the lift has no interval; null where it has one. */
  readonly liftNotMeasurable: LiftNotMeasurable | null;
}

export type NotComputable =
  /** An arm has fewer than two units. */
  | 'too-few-units'
  /** Few units whose values are not at hand, so that labels can't be shuffled. */
  | 'few-units'
  | 'denominator-near-zero'
  | 'not-finite'
  | 'no-variance'
  /** So little of the plan has matured that no effect could be called. */
  | 'too-early'
  /** A fixed horizon has one look: at its planned end. */
  | 'not-yet'
  /** Fewer than 100 units in an arm or 20 conversions: the always-valid interval has not begun. */
  | 'not-begun'
  /** This metric failed. */
  | 'failed';

export type LiftNotMeasurable =
  | 'control-mean-zero'
  | 'control-mean-near-zero'
  | 'not-finite'
  | 'few-conversions'
  | 'difference-not-computable';

/** One arm against the baseline. */
export interface MetricComparison {
  readonly variant: string;
  /** Which of the two the verdict uses, as planned. */
  readonly uses: 'raw' | 'adjusted';
  /** The figures of `uses`, for the level that several arms ask for: what is shown first. */
  readonly effect: EffectResult;
  readonly raw: EffectResult;
  /** null where it was switched off or does not help; `adjustment` says which. */
  readonly adjusted: EffectResult | null;
  readonly adjustment: AdjustmentResult;
  /** Of all units, also those whose window is open: to be shown dashed, never judged; null where there are no others. */
  readonly maturing: Pick<EffectResult, 'difference' | 'interval' | 'lift' | 'liftInterval'> | null;
  /** t of this metric: the share of its plan that has matured; null without a plan. */
  readonly share: number | null;
  /** Signed, and from where on it is called: |z| ≥ bar. null where there is no interval. */
  readonly z: number | null;
  readonly bar: number | null;
  /** The least p-value of all looks so far; null where nothing was looked at. */
  readonly runningPValue: number | null;
  /** After the correction for several comparisons; null where there is no p-value. */
  readonly adjustedPValue: number | null;
  /** Over arms for the primary (Holm), over secondary metrics (Benjamini–Hochberg, 10 %); guardrails all have to pass, so none. */
  readonly correction: 'holm' | 'benjamini-hochberg' | 'none';
  /** Called after its correction. Of a secondary metric only an idea for the next experiment. */
  readonly isCalled: boolean;
  /** Called by step-down although the interval of its level contains 0: it is drawn closed at 0. */
  readonly isClosedAtZero: boolean;
  /** What to believe once luck is allowed for; null without a standard error. */
  readonly bestGuess: BestGuess | null;
  /**
   * What `effect` comes to in a week of full rollout: difference · units, in the metric's units (of a share: units that do it). null for
   * ratios and quantiles, which don't add up, without a window, and where the traffic is not known.
   */
  readonly perWeek: WeeklyEffectResult | null;
  /** The first crossing of the bar, kept as it was. */
  readonly verdict: VerdictResult | null;
  /** Of a guardrail; else null. */
  readonly guardrail: GuardrailResult | null;
  /** Of the primary and guardrails: by window after the exposure. */
  readonly harm: readonly HarmResult[];
  readonly warnings: readonly ResultWarning[];
}

export interface AdjustmentResult {
  /** 'few-units': so few that labels are shuffled, which is done with the raw values. */
  readonly status: 'applied' | 'off' | 'no-covariate' | 'does-not-help' | 'few-units' | 'not-computable';
  /** What is left of the variance, 0…1. 0.75 is as if there were a third more units; null where nothing was adjusted. */
  readonly varianceRatio: number | null;
  /** Units with a history, of all. */
  readonly historyShare: number | null;
}

/** Shrunken towards no effect, by what true effects are like here. Relative where `isLift`, else in the metric's units. */
export interface BestGuess {
  readonly isLift: boolean;
  readonly value: number;
  /** Of 95 %, as a belief. */
  readonly interval: Interval;
  /** That the arm is better than the baseline, in the good direction. */
  readonly chanceBetter: number;
  /** Lost on average by shipping the arm, and by keeping the baseline; both ≥ 0. */
  readonly lossOfShipping: number;
  readonly lossOfKeeping: number;
}

export interface WeeklyEffectResult {
  readonly value: number;
  /** Of the worst ends of effect and traffic: excludes 0 exactly when the interval of the effect does. null where there is none. */
  readonly interval: Interval | null;
}

export interface VerdictResult {
  readonly at: string;
  readonly direction: 'up' | 'down';
  readonly isGood: boolean;
  /** t, z and the bar at that look. */
  readonly share: number;
  readonly z: number;
  readonly bar: number;
  readonly snapshotHash: string;
  /** The present interval includes 0 again; the verdict stays, and this has to be said. */
  readonly hasParted: boolean;
  /** Units added or taken away since, of those that it rests on, at least; null where that is not known. */
  readonly changedShare: number | null;
}

export interface GuardrailResult {
  readonly margin: number;
  /** 'passed': not worse than the margin. 'failed': worse than it. 'open': not known yet. */
  readonly outcome: 'passed' | 'failed' | 'open';
  readonly daysLeft: DaysLeftResult | null;
}

export interface HarmResult {
  /** After the exposure; null for the metric's own window. */
  readonly windowHours: number | null;
  /** 'waiting': too few units for this kind of metric. */
  readonly status: 'ok' | 'alarm' | 'waiting';
  /** Valid at any look; null while waiting. */
  readonly pValue: number | null;
  /** How much worse; and surely at least. Relative where `isLift`. null where it is not worse or can't be said. */
  readonly by: number | null;
  readonly atLeast: number | null;
  readonly isLift: boolean;
}

/** What a reader has to know before believing a comparison. */
export type ResultWarning =
  /** These arms have fewer than `atLeast` conversions, or fewer than that many units without one. */
  | { readonly kind: 'few-conversions'; readonly variants: readonly string[]; readonly atLeast: number }
  | { readonly kind: 'few-units'; readonly variants: readonly string[]; readonly atLeast: number }
  /** One unit has more than 5 % of a ratio's denominator: labels are shuffled. */
  | { readonly kind: 'large-unit'; readonly variants: readonly string[] }
  /** All units of this arm have the same value; the other's variance carries the comparison. */
  | { readonly kind: 'no-variance-in-one-arm'; readonly variants: readonly string[] }
  /** The values are so skewed that `atLeast` units of each arm would be needed for the interval to hold its level. */
  | { readonly kind: 'heavy-tail'; readonly variants: readonly string[]; readonly atLeast: number }
  /** The denominator itself differs by arm: look at both parts of the ratio. */
  | { readonly kind: 'ratio-denominator-moved'; readonly variants: readonly string[] }
  /** The metric goes on growing for each unit, so that no verdict holds. */
  | { readonly kind: 'open-window' };
