import type { EvaluationMetadata } from '@stitchd/core';

/** What OFREP says where there is no evaluation to answer. */
export interface OfrepFailure {
  /** Of the flag that was asked for; absent where all were. */
  readonly key?: string;
  readonly errorCode: 'PARSE_ERROR' | 'TARGETING_KEY_MISSING' | 'INVALID_CONTEXT' | 'FLAG_NOT_FOUND' | 'GENERAL';
  readonly errorDetails?: string;
  readonly metadata?: EvaluationMetadata;
}
