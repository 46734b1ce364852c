import type { Interval } from '../interval.ts';
import type { DaysLeft } from '../planning/days-left.ts';

/** It takes exposures; it takes none, and units that it has may still mature; there is nothing to wait for any more. */
export type RunState = 'running' | 'maturing' | 'ended';

/** An effect in the direction of its sign: 0.05 is 5 % up where it is a lift. */
export interface EffectFigures {
  readonly interval: Interval;
  /** Shrunken: after allowing for luck. */
  readonly bestGuess: number;
  readonly isLift: boolean;
  /** What it is worth in a week of full rollout, in the metric's units; absent where that isn't known. */
  readonly perWeek?: Interval;
}

/** Why the data can't be used. */
export type BrokenReason =
  | {
      readonly kind: 'sample-ratio';
      readonly logEvidence: number;
      readonly worst?: { readonly name: string; readonly value: string };
    }
  | { readonly kind: 'trigger-rate'; readonly logEvidence: number }
  | { readonly kind: 'imbalance'; readonly covariate: string; readonly pValue: number }
  | { readonly kind: 'mixed-units'; readonly share: number; readonly pValue: number };

/** A metric that got worse, found by a harm alarm. */
export interface Harm {
  readonly metric: string;
  readonly armKey: string;
  /** How much worse, and at least; as parts of the baseline where `isLift`. ≥ 0. */
  readonly by?: number;
  readonly atLeast?: number;
  readonly isLift: boolean;
}

/** A guardrail of one arm. */
export interface GuardrailFigures {
  readonly metric: string;
  readonly result: 'passed' | 'failed' | 'open';
  readonly margin: number;
  readonly daysLeft?: DaysLeft;
}

/** What is to be done with one arm, with the figures that say so. */
export type ArmDecision =
  | {
      readonly code: 'ship';
      readonly armKey: string;
      readonly effect: EffectFigures;
      readonly guardrails: readonly GuardrailFigures[];
    }
  /** The primary passes, these guardrails are not yet known to be safe. */
  | {
      readonly code: 'ship-with-care';
      readonly armKey: string;
      readonly effect: EffectFigures;
      readonly open: readonly GuardrailFigures[];
    }
  /** The primary passes, these guardrails are known to be worse than their margin. */
  | {
      readonly code: 'trade-off';
      readonly armKey: string;
      readonly effect: EffectFigures;
      readonly failed: readonly GuardrailFigures[];
    }
  | { readonly code: 'worse'; readonly armKey: string; readonly effect: EffectFigures }
  | {
      readonly code: 'no-meaningful-difference';
      readonly armKey: string;
      readonly effect: EffectFigures;
      readonly minimumEffect: number;
    }
  | {
      readonly code: 'unlikely-to-succeed';
      readonly armKey: string;
      readonly effect: EffectFigures;
      readonly conditionalPower: number;
    }
  | {
      readonly code: 'undecided';
      readonly armKey: string;
      readonly effect: EffectFigures;
      readonly minimumEffect: number;
      readonly daysToSettle?: DaysLeft;
    }
  | {
      readonly code: 'keep-running';
      readonly armKey: string;
      readonly share: number;
      readonly daysLeft?: DaysLeft;
      readonly currentMinimumEffect?: number;
    }
  /** No interval: a figure could not be computed, there is none for so few conversions, or its one look was never reached. */
  | { readonly code: 'no-interval'; readonly armKey: string; readonly isEndMissed?: true };

/** What is to be done with the experiment. */
export type Decision =
  | { readonly code: 'broken'; readonly reasons: readonly BrokenReason[] }
  | { readonly code: 'harm'; readonly harms: readonly Harm[] }
  /** Figures are shown, but no verdict is given on them. */
  | { readonly code: 'no-verdict'; readonly reason: 'open-window' | 'unplanned' }
  | {
      readonly code: 'too-early';
      readonly elapsedDays: number;
      readonly ofDays: number;
      readonly unitsPerArm: number;
      readonly ofUnitsPerArm: number;
      readonly firstResultsAtMs?: number;
    }
  | {
      readonly code: 'arms';
      /** What the page's head is about. */
      readonly headline: ArmDecision;
      readonly arms: readonly ArmDecision[];
      /** Several arms pass and their intervals overlap: which is best isn't known. */
      readonly isBestUnclear: boolean;
    };
