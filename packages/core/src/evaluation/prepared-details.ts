import type { FlagType, RecordedAssignment } from '../definitions/flag.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import { isValueOfType } from '../definitions/value-type.ts';
import type { PreparedDetails } from './compiled-definitions.ts';
import { CountedDetails } from './counted-details.ts';
import type { EvaluationDetails, EvaluationErrorCode, EvaluationMetadata, EvaluationReason, ExposureSource } from './details.ts';

/** Details of an error; the caller's default goes in. */
export function errorDetails(
  errorCode: EvaluationErrorCode,
  errorMessage: string,
  metadata: EvaluationMetadata = {},
): PreparedDetails {
  return { value: undefined, variant: undefined, reason: 'ERROR', errorCode, errorMessage, metadata, exposure: undefined };
}

/** Prepared details serve a JSON value exactly where they name a variant. */
export function isServed(details: PreparedDetails): details is EvaluationDetails {
  return details.variant !== undefined;
}

/** Freezes a JSON value and all in it, without recursion: every caller is handed the same one. */
function deepFreeze(value: JsonValue): JsonValue {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const part of Object.values(next)) waiting.push(part);
    Object.freeze(next);
  }
  return value;
}

/** Prepares the possible answers of one flag, so that evaluating it allocates none. */
export class DetailsPreparer {
  readonly flagKey: string;
  private readonly flagRevision: number;
  private readonly values: ReadonlyMap<string, JsonValue>;
  private readonly type: FlagType;
  private readonly recorded: RecordedAssignment | undefined;

  constructor(
    flagKey: string,
    flagRevision: number,
    type: FlagType,
    values: ReadonlyMap<string, JsonValue>,
    recorded?: RecordedAssignment,
  ) {
    this.flagKey = flagKey;
    this.flagRevision = flagRevision;
    this.type = type;
    this.recorded = recorded;
    this.values = values;
    for (const value of values.values()) if (typeof value === 'object') deepFreeze(value);
  }

  /**
   * Details that serve a variant; an error if the flag lacks it or its value has another type. Where arms are assigned
   * elsewhere, whatever is served exposes to that iteration.
   */
  serve(variant: string, reason: EvaluationReason, facts: EvaluationMetadata, exposure?: ExposureSource): PreparedDetails {
    if (exposure !== undefined || this.recorded === undefined) return this.prepare(variant, reason, facts, exposure);
    const { iterationId, contextKind } = this.recorded;
    return this.prepare(
      variant,
      reason,
      { ...facts, iterationId },
      {
        flagKey: this.flagKey,
        variant,
        ruleId: facts.ruleId,
        splitId: facts.splitId,
        iterationId,
        holdout: undefined,
        coveredBy: [],
        sticky: false,
        contextKind,
        attribute: undefined,
      },
    );
  }

  private prepare(
    variant: string,
    reason: EvaluationReason,
    facts: EvaluationMetadata,
    exposure: ExposureSource | undefined,
  ): PreparedDetails {
    const value = this.values.get(variant);
    const metadata = Object.freeze({ flagRevision: this.flagRevision, ...facts });
    if (value === undefined || !isValueOfType(value, this.type)) {
      return Object.freeze(errorDetails('GENERAL', `variant ${variant} of flag ${this.flagKey} has no usable value`, metadata));
    }
    return new CountedDetails(value, variant, reason, metadata, exposure && Object.freeze(exposure));
  }

  /** Details that serve the off variant, or the caller's default where there is none. */
  off(offVariant: string | null, reason: EvaluationReason, facts: EvaluationMetadata): PreparedDetails {
    // Switched off, or not let in: nobody takes part.
    if (offVariant !== null) return this.prepare(offVariant, reason, facts, undefined);
    const metadata = Object.freeze({ flagRevision: this.flagRevision, ...facts });
    return new CountedDetails(undefined, undefined, reason, metadata, undefined);
  }
}
