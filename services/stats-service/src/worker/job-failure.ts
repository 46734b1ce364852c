import { eventStoreErrorOf, type EventStoreError } from '@stitchd/db/clickhouse';
import { isPassing, problemOf } from '@stitchd/service-kit';
import { ConnectError } from '@connectrpc/connect';

/** Why a computation came to nothing, for whoever looks at the results. Codes are never renamed. */
export type JobFailureCode =
  | 'EVENT_STORE_UNAVAILABLE'
  | 'EVENT_STORE_TIMEOUT'
  | 'EVENT_STORE_MEMORY'
  | 'EVENT_STORE_REFUSED'
  | 'SERVICE_UNAVAILABLE'
  | 'EXPERIMENT_NOT_FOUND'
  | 'EXPERIMENT_NOT_STARTED'
  | 'ATTEMPTS_EXHAUSTED'
  | 'INTERNAL';

export interface JobFailure {
  readonly code: JobFailureCode;
  readonly message: string;
  /** Whether it may work the next time. */
  readonly isPassing: boolean;
}

/** Thrown where a computation finds that it makes no sense. */
export class ComputationRefused extends Error {
  readonly failure: JobFailure;

  constructor(code: JobFailureCode, message: string) {
    super(message);
    this.name = 'ComputationRefused';
    this.failure = { code, message, isPassing: false };
  }
}

/** What an error of a computation means. The reasons of stores stay in the log: they may name hosts. */
export function jobFailureOf(error: unknown): JobFailure {
  if (error instanceof ComputationRefused) return error.failure;
  const storeError = eventStoreErrorOf(error);
  if (storeError !== undefined) return ofEventStore(storeError);
  if (error instanceof ConnectError) return ofService(error);
  return { code: 'INTERNAL', message: 'Something failed inside Stitchd; the job id finds it in the logs.', isPassing: false };
}

function ofEventStore(error: EventStoreError): JobFailure {
  switch (error.kind) {
    case 'unavailable':
      return { code: 'EVENT_STORE_UNAVAILABLE', message: 'The event store does not answer.', isPassing: true };
    case 'timeout':
      return { code: 'EVENT_STORE_TIMEOUT', message: 'The event store took too long to answer.', isPassing: true };
    case 'memory':
      return {
        code: 'EVENT_STORE_MEMORY',
        message: 'The experiment has more data than one query may hold in memory.',
        isPassing: false,
      };
    case 'rows':
    case 'query':
      return {
        code: 'EVENT_STORE_REFUSED',
        message: `The event store refused the query with its code ${error.code}.`,
        isPassing: false,
      };
  }
}

function ofService(error: ConnectError): JobFailure {
  const { code, detail } = problemOf(error);
  if (code === 'NOT_FOUND') return { code: 'EXPERIMENT_NOT_FOUND', message: 'The experiment is gone.', isPassing: false };
  if (isPassing(error))
    return { code: 'SERVICE_UNAVAILABLE', message: 'A service that knows the experiment does not answer.', isPassing: true };
  return { code: 'INTERNAL', message: `A service refused to answer: ${detail}`, isPassing: false };
}
