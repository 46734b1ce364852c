import type { ConnectError } from '@connectrpc/connect';
import { problem } from './problem.ts';

/** What a store module says of an error, as `storeErrorOf` of @stitchd/db answers it. */
type StoreErrorLike =
  | { readonly kind: 'unavailable' | 'timeout'; readonly reason: string }
  | { readonly kind: 'unique-violation'; readonly constraint: string }
  | { readonly kind: 'unstorable-text' };

/** The problem that a store's error becomes; the reason stays in the log, since it may name hosts. */
export function storeProblem(error: StoreErrorLike | undefined): ConnectError | undefined {
  switch (error?.kind) {
    case 'unavailable':
      return problem('STORE_UNAVAILABLE', 'The configuration store does not answer; try again.');
    case 'timeout':
      return problem('STORE_UNAVAILABLE', 'The configuration store took too long; try again.');
    case 'unique-violation':
      return problem('ALREADY_EXISTS', 'There is one with this key already.');
    case 'unstorable-text':
      return problem('VALIDATION_FAILED', 'Text must not contain the character U+0000.');
    case undefined:
      return undefined;
  }
}
