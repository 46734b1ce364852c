import type { EvaluationDetails, EvaluationErrorCode, EvaluationMetadata, FlagType, FlagValue, JsonValue } from '@stitchd/core';

/** A flag's answer with why it is so; `variant` is `undefined` exactly when `value` is the fallback. */
export type FlagDetails<Value = JsonValue> = Omit<EvaluationDetails<Value>, 'exposure'>;

/** What a caller may ask for: a number is any. */
export type AskedType = 'boolean' | 'string' | 'number' | 'json';

const nothing: EvaluationMetadata = Object.freeze({});

function failed<Value>(value: Value, errorCode: EvaluationErrorCode, errorMessage: string): FlagDetails<Value> {
  return { value, variant: undefined, reason: 'ERROR', errorCode, errorMessage, metadata: nothing };
}

function isAnsweredAs(type: FlagType | undefined, asked: AskedType): boolean {
  return type === undefined || type === asked || (asked === 'number' && (type === 'integer' || type === 'double'));
}

/** The answer of the values at hand. Never throws. */
export function readValue<Value>(
  flag: FlagValue | undefined,
  flagKey: string,
  asked: AskedType,
  fallback: Value,
  isReady: boolean,
): FlagDetails<Value> {
  if (!isReady) return failed(fallback, 'PROVIDER_NOT_READY', 'no values have arrived yet');
  if (flag === undefined) return failed(fallback, 'FLAG_NOT_FOUND', `there is no flag ${String(flagKey)}`);
  if (!isAnsweredAs(flag.type, asked))
    return failed(fallback, 'TYPE_MISMATCH', `flag ${flagKey} is of type ${flag.type}, not ${asked}`);
  const { reason, variant, errorCode, errorMessage, metadata } = flag;
  const isServed = flag.value !== undefined && variant !== undefined;
  return {
    // Its type was checked against the flag's, and the server checks variants against their flag.
    value: isServed ? (flag.value as Value) : fallback,
    variant: isServed ? variant : undefined,
    reason,
    errorCode,
    errorMessage,
    metadata,
  };
}
