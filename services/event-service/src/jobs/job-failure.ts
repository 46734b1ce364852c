import { eventStoreErrorOf, type EventStoreError } from '@stitchd/db/clickhouse';
import { storeErrorOf } from '@stitchd/db/postgres';

/** Why an attempt came to nothing, for whoever asked for the job. */
export interface JobFailure {
  /** Stable, upper snake case. */
  readonly code: string;
  readonly message: string;
  /** Whether it may work the next time. */
  readonly isPassing: boolean;
}

/** Thrown by a handler that finds that its job can't be done, or not now. */
export class JobFailed extends Error {
  readonly failure: JobFailure;

  constructor(code: string, message: string, isPassing = false) {
    super(message);
    this.name = 'JobFailed';
    this.failure = { code, message, isPassing };
  }
}

/** Never tells what a library said: it may hold addresses, or data. */
export function jobFailureOf(error: unknown): JobFailure {
  if (error instanceof JobFailed) return error.failure;
  const eventStore = eventStoreErrorOf(error);
  if (eventStore !== undefined) return ofEventStore(eventStore);
  if (storeErrorOf(error) !== undefined)
    return { code: 'STORE_UNAVAILABLE', message: 'The configuration store does not answer.', isPassing: true };
  return { code: 'INTERNAL', message: 'Something failed inside Stitchd; the job id finds it in the logs.', isPassing: false };
}

function ofEventStore(error: EventStoreError): JobFailure {
  switch (error.kind) {
    case 'unavailable':
      return { code: 'EVENT_STORE_UNAVAILABLE', message: 'The event store does not answer.', isPassing: true };
    case 'timeout':
      return { code: 'EVENT_STORE_TIMEOUT', message: 'The event store took too long to answer.', isPassing: true };
    case 'memory':
      return { code: 'EVENT_STORE_MEMORY', message: 'The event store ran out of memory.', isPassing: true };
    case 'rows':
    case 'query':
      return { code: 'EVENT_STORE_REFUSED', message: `The event store refused with its code ${error.code}.`, isPassing: false };
  }
}
