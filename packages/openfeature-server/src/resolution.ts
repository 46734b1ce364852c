import { ErrorCode, type ResolutionDetails } from '@openfeature/server-sdk';
import type { FlagDetails } from '@stitchd/sdk';

const errorCodes = {
  PROVIDER_NOT_READY: ErrorCode.PROVIDER_NOT_READY,
  FLAG_NOT_FOUND: ErrorCode.FLAG_NOT_FOUND,
  TYPE_MISMATCH: ErrorCode.TYPE_MISMATCH,
  PARSE_ERROR: ErrorCode.PARSE_ERROR,
  GENERAL: ErrorCode.GENERAL,
} as const;

/** An answer of the SDK as OpenFeature has it: the words are the same. */
export function resolutionOf<T>({
  value,
  variant,
  reason,
  errorCode,
  errorMessage,
  metadata,
}: FlagDetails<T>): ResolutionDetails<T> {
  if (errorCode === undefined)
    return variant === undefined
      ? { value, reason, flagMetadata: metadata as FlagFacts }
      : { value, variant, reason, flagMetadata: metadata as FlagFacts };
  return {
    value,
    reason,
    errorCode: errorCodes[errorCode],
    ...(errorMessage !== undefined && { errorMessage }),
    flagMetadata: metadata as FlagFacts,
  };
}

/** All facts of an evaluation are text, numbers or booleans. */
type FlagFacts = Record<string, string | number | boolean>;
