import type { EvaluationDetails } from '@stitchd/core';
import { textHash, type TextHash } from './answer-hash.ts';
import { asciiJson } from './ascii-json.ts';
import type { OfrepFailure } from './ofrep-failure.ts';

/** OFREP has no word for the default serve, and none for an error. */
const reasons = {
  STATIC: 'STATIC',
  DEFAULT: 'UNKNOWN',
  TARGETING_MATCH: 'TARGETING_MATCH',
  SPLIT: 'SPLIT',
  DISABLED: 'DISABLED',
  ERROR: 'UNKNOWN',
} as const;

/** One evaluation as OFREP writes it, ready to be sent. */
export interface OfrepAnswer {
  /** The HTTP status where the flag was asked for alone. */
  readonly status: 200 | 404 | 500;
  /** JSON, in ASCII. */
  readonly text: string;
  readonly hash: TextHash;
}

/**
 * Answers by the details that they are about. Details are prepared with the definitions and shared by all evaluations, so
 * that an answer is written once for each variant and reason of a flag, and goes when its definitions go.
 */
const prepared = new WeakMap<EvaluationDetails<unknown>, OfrepAnswer>();

/**
 * Says what an evaluation gave in the words of OFREP. Without a variant there is no value, so that the caller uses its own.
 *
 * @param key - of the flag that was asked for
 * @param details - from evaluating it with the fallback `undefined`
 */
export function ofrepAnswer(key: string, details: EvaluationDetails<unknown>): OfrepAnswer {
  const known = prepared.get(details);
  if (known !== undefined) return known;
  const answer = writeAnswer(key, details);
  // What is not frozen was made for this evaluation alone.
  if (Object.isFrozen(details)) prepared.set(details, answer);
  return answer;
}

function writeAnswer(key: string, details: EvaluationDetails<unknown>): OfrepAnswer {
  const { errorCode, errorMessage, metadata, variant, value } = details;
  if (errorCode === undefined) {
    const served = variant === undefined ? {} : { value, variant };
    return answerOf(200, { key, ...served, reason: reasons[details.reason], metadata });
  }
  const failure: OfrepFailure = {
    key,
    errorCode: failureCode(errorCode),
    ...(errorMessage !== undefined && { errorDetails: errorMessage }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
  return answerOf(errorCode === 'FLAG_NOT_FOUND' ? 404 : 500, failure);
}

function failureCode(code: NonNullable<EvaluationDetails['errorCode']>): OfrepFailure['errorCode'] {
  return code === 'FLAG_NOT_FOUND' || code === 'PARSE_ERROR' ? code : 'GENERAL';
}

function answerOf(status: OfrepAnswer['status'], body: unknown): OfrepAnswer {
  const text = asciiJson(body);
  return { status, text, hash: textHash(text) };
}
