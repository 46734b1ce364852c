import type { ConnectError } from '@connectrpc/connect';
import type { ExperimentRow } from '@stitchd/db/experiment';

/** What one attempt to advance a half-done start or stop came to. */
export type SagaOutcome =
  | { readonly kind: 'settled'; readonly experiment: ExperimentRow }
  /** flag-service can't be asked now; the state stays half done, and the next attempt follows. */
  | { readonly kind: 'postponed'; readonly experiment: ExperimentRow }
  /** The start can't be; the experiment is a draft again. */
  | { readonly kind: 'refused'; readonly experiment: ExperimentRow; readonly refusal: ConnectError };
