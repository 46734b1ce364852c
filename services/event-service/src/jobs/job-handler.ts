import type { JobFields, JobRow } from '@stitchd/db/event';
import type { Tx } from '@stitchd/db/postgres';
import type { EnvironmentScope } from '@stitchd/service-kit';

/** A job during one attempt. What its handler asks of others is asked in the tenant of the job. */
export interface RunningJob {
  readonly row: JobRow;
  readonly scope: EnvironmentScope;
  /** Aborted where the job is cancelled, its lease was lost, or the service stops: the handler gives up then. */
  readonly signal: AbortSignal;
  /**
   * Keeps how far the job is: the next attempt begins there, with it in `row.progress`.
   * @param also - what has to be true together with it
   * @throws LeaseLost where another worker has the job: `also` has then changed nothing
   */
  readonly checkpoint: (progress: JobFields, also?: (tx: Tx) => Promise<void>) => Promise<void>;
  /** Does what has to be so only while the job is this worker's. @throws LeaseLost */
  readonly inTenant: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
}

export type JobOutcome =
  | { readonly kind: 'done' }
  /** Nothing can be done before somebody makes the job due, or the pause has passed. */
  | {
      readonly kind: 'parked';
      readonly pauseMs: number;
      /** Whether something came while the handler looked, so that nobody will make the job due. */
      readonly isDue?: (row: JobRow) => boolean;
    };

/** What knows how to do the jobs of one kind. An attempt may end anywhere, and the next one may run in another process. */
export interface JobHandler {
  readonly kind: string;
  /** Whether people may end it before it is through. */
  readonly isCancellable: boolean;
  /** Whether it is promised: passing failures never end it, however many attempts they take. */
  readonly isTriedUntilDone?: boolean;
  /** @throws JobFailed, or whatever a store says: where that may pass, the job is attempted again */
  readonly attempt: (job: RunningJob) => Promise<JobOutcome>;
  /** Tidies up in the transaction that ends the job, however it ends. */
  readonly ended?: (tx: Tx, row: JobRow) => Promise<void>;
}
