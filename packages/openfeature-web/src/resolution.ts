import { ErrorCode, type ResolutionDetails } from '@openfeature/web-sdk';
import type { FlagDetails } from '@stitchd/web';

/** An answer of the browser SDK as OpenFeature has it: the words are the same. */
export function resolutionOf<T>({ value, variant, reason, errorCode, metadata }: FlagDetails<T>): ResolutionDetails<T> {
  return {
    value,
    reason,
    ...(variant !== undefined && { variant }),
    ...(errorCode !== undefined && { errorCode: ErrorCode[errorCode] }),
    flagMetadata: metadata as Record<string, string | number | boolean>,
  };
}
