import type { Memberships } from '../context/context.ts';
import type { JsonValue } from '../definitions/json-value.ts';

/** Why an evaluation gave its value, in the words of OpenFeature. */
export type EvaluationReason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'ERROR';

/** Error codes of OpenFeature that an evaluation may give. */
export type EvaluationErrorCode = 'PROVIDER_NOT_READY' | 'FLAG_NOT_FOUND' | 'TYPE_MISMATCH' | 'PARSE_ERROR' | 'GENERAL';

/** Flat facts about an evaluation, fit for OpenFeature's flag metadata. Shared between evaluations and frozen. */
export interface EvaluationMetadata {
  /** Revision at which the flag was last published. */
  readonly flagRevision?: number;
  readonly ruleId?: string;
  readonly splitId?: string;
  /** The experiment's iteration under which an enrolled unit was evaluated. */
  readonly iterationId?: string;
  /** `false`: the split is under an experiment and the unit does not take part. */
  readonly enrolled?: boolean;
  /** The variant comes from an assignment in the context. */
  readonly sticky?: boolean;
  /** The holdout that holds the unit. */
  readonly holdout?: string;
  /** The prerequisite that was not met. */
  readonly prerequisiteFailed?: string;
  readonly detail?: 'TARGETING_KEY_MISSING';
  /** Rules (or `default`) passed over because their split's unit was missing, joined by commas. */
  readonly unitMissing?: string;
  /** Something could not be known; `unknown` names it, joined by commas. */
  readonly degraded?: boolean;
  readonly unknown?: string;
}

/** What an exposure record needs to know, save the unit itself: `unitOf(context, exposure)` gives that. Shared and frozen. */
export interface ExposureSource {
  readonly flagKey: string;
  readonly variant: string;
  /** `undefined`: the default serve. */
  readonly ruleId: string | undefined;
  /** `undefined`: a rule that serves one variant and is covered by a holdout. */
  readonly splitId: string | undefined;
  /** `undefined` for units in a holdout, and without a running iteration. */
  readonly iterationId: string | undefined;
  /** The holdout that holds the unit. */
  readonly holdout: string | undefined;
  /** Holdouts that cover the split or rule, whether or not they hold the unit, in the order in which they are asked. */
  readonly coveredBy: readonly string[];
  /** The split keeps assignments: the caller should remember this one. */
  readonly sticky: boolean;
  readonly contextKind: string;
  /** `undefined`: the kind's key. */
  readonly attribute: string | undefined;
}

/** An evaluation's answer. Shared between evaluations and frozen, unless the caller's default is in it. */
export interface EvaluationDetails<Value = JsonValue> {
  readonly value: Value;
  /** `undefined` exactly when `value` is the caller's default. */
  readonly variant: string | undefined;
  readonly reason: EvaluationReason;
  readonly errorCode: EvaluationErrorCode | undefined;
  readonly errorMessage: string | undefined;
  readonly metadata: EvaluationMetadata;
  /** Present where reading the value exposes a unit to an experiment or a holdout. */
  readonly exposure: ExposureSource | undefined;
}

/** What a caller may add to an evaluation. The object may be reused and changed between evaluations. */
export interface EvaluateOptions {
  /** Milliseconds since 1970, for targets that expire; without it none is past its time. Read only where it matters. */
  readonly nowMs?: number;
  /** The evaluation is on behalf of a client key: flags that are not `clientVisible` do not exist. */
  readonly clientVisibleOnly?: boolean;
  /** Memberships in lists that are not held locally. */
  readonly memberships?: Memberships;
  /** Receives the exposures of splits reached through prerequisites and `flagIs`, in order, possibly repeated. */
  readonly nestedExposures?: ExposureSource[];
  /**
   * Hears the metadata of an answer for which something was unknown or a unit missing, so that nobody has to look for that in
   * every answer. Must not throw.
   */
  readonly onIncomplete?: (metadata: EvaluationMetadata) => void;
}
