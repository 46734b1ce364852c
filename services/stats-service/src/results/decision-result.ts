/** What is to be done, in code and words; the first of the gates that applies. */
export interface DecisionResult {
  readonly code: DecisionCode;
  /** The arm that the headline is about; null where it is about the whole experiment. */
  readonly variant: string | null;
  /** A few words. */
  readonly headline: string;
  /** Whole sentences with the figures, interval first. */
  readonly detail: readonly string[];
  /** What to do now: one sentence. */
  readonly advice: string;
  /** What the level means, such as how many useless changes would be called; null where nothing is called. */
  readonly promise: string | null;
  /** Several arms pass and their intervals overlap: which is best isn't known. */
  readonly isBestUnclear: boolean;
  /** Every arm but the baseline; empty where a gate before the arms applies. */
  readonly arms: readonly ArmDecisionResult[];
}

export interface ArmDecisionResult {
  readonly variant: string;
  readonly code: ArmDecisionCode;
  readonly headline: string;
  readonly detail: readonly string[];
}

export type ArmDecisionCode =
  | 'ship'
  | 'ship-with-care'
  | 'trade-off'
  | 'worse'
  | 'no-meaningful-difference'
  | 'unlikely-to-succeed'
  | 'undecided'
  | 'keep-running'
  | 'no-interval';

/** 'no-verdict': figures are shown, but none is given: a rollout, or a metric that goes on growing. */
export type DecisionCode = 'broken' | 'harm' | 'no-verdict' | 'too-early' | ArmDecisionCode;
