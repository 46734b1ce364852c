import type { EvaluationDetails, JsonValue } from '@stitchd/core';

/** OFREP has no word for the default serve. */
const reasons = {
  STATIC: 'STATIC',
  DEFAULT: 'UNKNOWN',
  TARGETING_MATCH: 'TARGETING_MATCH',
  SPLIT: 'SPLIT',
  DISABLED: 'DISABLED',
  ERROR: 'UNKNOWN',
} as const;

export interface OfrepFailure {
  readonly key?: string;
  readonly errorCode: 'PARSE_ERROR' | 'INVALID_CONTEXT' | 'FLAG_NOT_FOUND' | 'GENERAL';
  readonly errorDetails?: string;
}

/** An evaluation in the words of OFREP, and its HTTP status. Without a variant the caller uses its own default. */
export function ofrepAnswer(key: string, details: EvaluationDetails<JsonValue | undefined>) {
  if (details.errorCode === undefined) {
    const { variant, value, metadata } = details;
    const served = variant === undefined ? {} : { variant, value };
    return { status: 200, body: { key, reason: reasons[details.reason], ...served, metadata } };
  }
  const found = details.errorCode !== 'FLAG_NOT_FOUND';
  const failure: OfrepFailure = {
    key,
    errorCode: found ? 'GENERAL' : 'FLAG_NOT_FOUND',
    ...(details.errorMessage !== undefined && { errorDetails: details.errorMessage }),
  };
  return { status: found ? 500 : 404, body: failure };
}
