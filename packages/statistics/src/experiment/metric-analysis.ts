import type { DifferenceRefusal } from '../difference/welch.ts';
import type { Interval } from '../interval.ts';
import type { LiftOutcome, LiftRefusal } from '../lift/relative-lift.ts';

/**
 * One metric of one experiment, analysed. The shape that is stored and served as it is: only finite numbers, strings, arrays and
 * objects, so that it survives JSON. A figure that does not exist is absent or has a `kind` that says why.
 */
export interface MetricAnalysis {
  readonly metricKind: MetricKind;
  readonly baselineKey: string;
  /** One minus the level of all intervals. */
  readonly alpha: number;
  /** Every arm, in the order given. */
  readonly arms: readonly ArmSummary[];
  /** Every arm but the baseline, in the order given, against the baseline. */
  readonly comparisons: readonly ArmComparison[];
}

/** A number per unit, or 1 for each unit that converted and 0 for each that did not. */
export type MetricKind = 'mean' | 'conversion';

/** One arm by itself. */
export interface ArmSummary {
  readonly key: string;
  readonly n: number;
  /** Absent without units, and where it is no finite number; likewise the figures below. */
  readonly mean?: number;
  /** Of the units (divisor n − 1); absent under two units. */
  readonly standardDeviation?: number;
  /** Of the mean: standardDeviation/√n; absent under two units. */
  readonly standardError?: number;
}

/** One arm against the baseline. */
export interface ArmComparison {
  readonly key: string;
  readonly difference: DifferenceOutcome;
  readonly lift: LiftOutcome<ComparisonLiftRefusal>;
  readonly warnings: readonly AnalysisWarning[];
}

/** The absolute difference, arm − baseline, in the metric's units. */
export type DifferenceOutcome =
  | {
      readonly kind: 'ok';
      readonly method: 'welch';
      readonly difference: number;
      readonly standardError: number;
      readonly degreesOfFreedom: number;
      readonly t: number;
      /** Two-sided. */
      readonly pValue: number;
      readonly interval: Interval;
    }
  | {
      readonly kind: 'ok';
      /** Few conversions: Fisher's mid-p and Newcombe's interval, which may disagree about 0 where p is close to α. */
      readonly method: 'fisher-newcombe';
      readonly difference: number;
      readonly pValue: number;
      readonly interval: Interval;
    }
  | { readonly kind: 'not-computable'; readonly reason: DifferenceRefusal };

/** Why a lift has no interval: by its own nature, or since no interval goes with the absolute comparison. */
export type ComparisonLiftRefusal = LiftRefusal | 'few-conversions' | 'difference-not-computable';

/** What a reader has to know before believing a comparison. */
export type AnalysisWarning =
  /** These arms have fewer than `atLeast` conversions, or fewer than that many units without one. */
  | { readonly kind: 'few-conversions'; readonly armKeys: readonly string[]; readonly atLeast: number }
  /** These arms have fewer than `atLeast` units. */
  | { readonly kind: 'too-few-units'; readonly armKeys: readonly string[]; readonly atLeast: number }
  /** All units of this arm have the same value; the other's variance carries the comparison. */
  | { readonly kind: 'no-variance-in-one-arm'; readonly armKeys: readonly string[] }
  /** The values of these arms are so skewed that `atLeast` units would be needed for the interval to hold its level. */
  | { readonly kind: 'heavy-tail'; readonly armKeys: readonly string[]; readonly atLeast: number }
  /** This many arms are compared with the baseline, and p-values and intervals are not adjusted for it. */
  | { readonly kind: 'several-comparisons'; readonly comparisons: number };
