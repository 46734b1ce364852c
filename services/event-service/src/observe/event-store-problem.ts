import type { ConnectError } from '@connectrpc/connect';
import type { EventStoreError } from '@stitchd/db/clickhouse';
import { problem } from '@stitchd/service-kit';

/** The problem that an error of the event store becomes; the reason stays in the log, since it may name hosts. */
export function eventStoreProblem(error: EventStoreError | undefined): ConnectError | undefined {
  switch (error?.kind) {
    case 'unavailable':
      return problem('STORE_UNAVAILABLE', 'The event store does not answer; try again.');
    case 'timeout':
    case 'memory':
      return problem('STORE_UNAVAILABLE', 'The event store could not do this within its limits; ask for a shorter time.');
    case 'rows':
    case 'query':
    case undefined:
      return undefined;
  }
}
