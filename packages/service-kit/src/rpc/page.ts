import type { PageRequest } from '@stitchd/proto/common/v1/common';
import { problem } from './problem.ts';

export interface Page {
  readonly limit: number;
  /** Sort values of the last item of the page before. */
  readonly after: readonly string[] | undefined;
  /** Free text, trimmed; empty: all. */
  readonly query: string;
}

/**
 * Reads a page request.
 * @param limits - the default and the most of a page
 * @param decode - tells a cursor's values, or undefined where it is not one of ours
 */
export function readPage(
  request: PageRequest | undefined,
  limits: { readonly default: number; readonly max: number },
  decode: (cursor: string) => readonly string[] | undefined,
): Page {
  const limit = request?.limit || limits.default;
  if (limit < 1 || limit > limits.max) throw problem('VALIDATION_FAILED', `limit must be from 1 to ${limits.max}.`);
  const cursor = request?.cursor ?? '';
  const after = cursor === '' ? undefined : decode(cursor);
  if (cursor !== '' && after === undefined)
    throw problem('VALIDATION_FAILED', 'cursor is not one that a page of this list answered.');
  return { limit, after, query: request?.query.trim() ?? '' };
}

/** @throws VERSION_MISMATCH with the current state, PRECONDITION_REQUIRED where no version was given */
export function requireVersion(ifVersion: number, current: { readonly version: number }, currentState: unknown): void {
  if (ifVersion === 0) throw problem('PRECONDITION_REQUIRED', 'Say with If-Match which version you change.');
  if (ifVersion !== current.version)
    throw problem('VERSION_MISMATCH', `You changed version ${ifVersion}; it is at ${current.version} now.`, {
      current: currentState,
    });
}
