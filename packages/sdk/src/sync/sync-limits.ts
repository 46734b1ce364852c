import type { sdkLimits } from '../sdk-limits.ts';

/** The limits of synchronisation; tests choose smaller ones. */
export type SyncLimits = {
  readonly [
    Name in
      | 'reconnectMs'
      | 'goodConnectionMs'
      | 'maxRetryAfterMs'
      | 'refusedRetryMs'
      | 'betterTransportMs'
      | 'answerTimeoutMs'
      | 'pollTimeoutMs'
      | 'silenceMs'
      | 'messageMs'
      | 'maxSyncMessageBytes'
      | 'maxProblemBytes'
  ]: Widened<(typeof sdkLimits)[Name]>;
};

type Widened<T> = T extends number ? number : { readonly [Part in keyof T]: number };
