import type { JsonValue } from '@stitchd/core';
import type { JobBounds } from '@stitchd/db/stats';
import type { PastEffect } from '@stitchd/statistics';
import type { Figures } from '../computation/figures.ts';
import type { ComputationPlan } from '../computation/metric-plan.ts';
import type { ComputedMetric } from '../results/metric-result.ts';
import type { ResultInputs } from '../results/experiment-results.ts';

/**
 * All that a result is made of, as plain JSON: the same inputs give the same result, to the last digit, wherever `analyse` runs.
 */
export interface AnalysisInputs {
  readonly engineVersion: string;
  readonly plan: ComputationPlan;
  readonly settings: AnalysisSettings;
  readonly bounds: JobBounds;
  readonly computedAt: string;
  readonly derivation: ResultInputs['derivation'];
  readonly figures: Figures;
  readonly past: PastLooks;
}

/** What the experiment says about how its figures are judged. */
export interface AnalysisSettings {
  readonly kind: 'experiment' | 'rollout';
  readonly snapshotHash: string;
  /** What the iteration began with, whose hash that is; null where there is none. */
  readonly snapshot: JsonValue;
  /** Exposures are still taken; else it has been stopped, or its period is over. */
  readonly isRunning: boolean;
  /** It is to stop, and nobody knows yet when it did: until then exposures count. */
  readonly isStopping: boolean;
  /** Nothing that comes later counts any more. */
  readonly isFinal: boolean;
  /** When the last results are computed, ISO 8601; null while it runs, and where no stop said so. */
  readonly finalAt: string | null;
  readonly design: 'sequential' | 'fixed-horizon';
  readonly adjustment: 'on' | 'off';
  /** Relative; null where nothing was planned. */
  readonly minimumEffect: number | null;
  readonly power: number;
  /** All arms together. */
  readonly plannedUnits: number | null;
  readonly plannedDays: number | null;
  /** ISO 8601. */
  readonly endsAt: string | null;
  /** By key of a guardrail: the relative worsening that is allowed. */
  readonly margins: Readonly<Record<string, number>>;
  /** In order, with the shares that were expected then; pauses among them. */
  readonly periods: readonly SettledPeriod[];
  readonly changedAfterStart: readonly string[];
  /** Times within the run at which the environment changed what exposes, ISO 8601. */
  readonly exposuresOnChangedAt: readonly string[];
}

export interface SettledPeriod {
  readonly number: number;
  readonly from: string;
  readonly to: string | null;
  /** By place of the arm, in thousandths of a percent. */
  readonly expectedMilliPercent: readonly number[];
  readonly enrolmentMilliPercent: number;
  readonly isPause: boolean;
}

/** What earlier looks left. */
export interface PastLooks {
  /** By metric and variant, see `lookKey`. */
  readonly states: Readonly<Record<string, LookState>>;
  readonly evidence: Evidence | null;
  /** Of the organisation's other experiments. */
  readonly effects: readonly PastEffect[];
  /** By key: the last good values of metrics, for those that fail now. */
  readonly goodMetrics: Readonly<Record<string, { readonly at: string; readonly metric: ComputedMetric }>>;
}

/** What is remembered of the looks at one arm of one metric. */
export interface LookState {
  readonly runningPValue: number;
  readonly verdict: {
    readonly atMs: number;
    readonly direction: 'up' | 'down';
    readonly share: number;
    readonly z: number;
    readonly bar: number;
    readonly snapshotHash: string;
    /** Those that it rests on: first exposed before a day, YYYY-MM-DD in UTC, by place of the arm. */
    readonly units: { readonly beforeDay: string; readonly units: readonly number[] };
  } | null;
  /** The look that closed it. */
  readonly closed: { readonly atMs: number; readonly share: number; readonly by: 'plan' | 'end-date' } | null;
}

export type VerdictUnits = NonNullable<LookState['verdict']>['units'];

export const openState: LookState = { runningPValue: 1, verdict: null, closed: null };

/** Neither keys of metrics nor variants have a slash. */
export const lookKey = (metricKey: string, variant: string): string => `${metricKey}/${variant}`;

/** The gravest that any look found; p-values are right at any look, so the least of all counts. */
export interface Evidence {
  /** What was left out then: with other exclusions it begins anew. */
  readonly exclusions: string;
  readonly sampleRatio: number | null;
  readonly triggerRate: number | null;
  /** Where the sizes did not fit: in which period, on which platform. */
  readonly splitParts: { readonly periods: SplitPart | null; readonly platforms: SplitPart | null } | null;
  /** Of the units that came since the weights were changed last, `times` − 1 changes ago from the start; and what ever was broken. */
  readonly mixed: {
    readonly times: number;
    readonly pValue: number;
    readonly broken: { readonly share: number; readonly pValue: number } | null;
  } | null;
  /** By metric and variant. */
  readonly covariates: Readonly<Record<string, number>>;
  /** By metric, window and variant. */
  readonly harm: Readonly<Record<string, number>>;
  /** What was found the last time that other experiments were looked at; null before. */
  readonly overlaps: readonly OverlapFinding[] | null;
  /** The enrolment of the last look, and since when it is known to be that: raising it begins no period. */
  readonly enrolment: { readonly milliPercent: number; readonly since: string };
}

/** A part of the units whose sizes do not fit the split, such as platform ios. */
export interface SplitPart {
  readonly name: string;
  readonly value: string;
  readonly logEvidence: number;
}

/** An arm beside an arm of another experiment, each against its own baseline. */
export interface OverlapFinding {
  readonly experimentKey: string;
  readonly variant: string;
  readonly otherVariant: string;
  /** In both experiments, of these four arms. */
  readonly units: number;
  /** The effect on the primary metric where the other's arm is seen, and where its baseline is; in the metric's units. */
  readonly withOther: number;
  readonly without: number;
  /** That both are the same, valid at any look; null where too few units say nothing. */
  readonly pValue: number | null;
  /** That both experiments assign independently of each other; likewise. */
  readonly assignmentPValue: number | null;
}
