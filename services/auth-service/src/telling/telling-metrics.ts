import type { Database } from '@stitchd/db';
import { deliveryFigures, type DeliveryFigures } from '@stitchd/db/auth';
import { Counter, registerQueueGauges, type ServiceContext } from '@stitchd/service-kit';
import type { authSettings } from '../settings.ts';

/** How one attempt ended: `postponed` is tried again, `failed` is given up, of `lost` another sender has the lease. */
export type AttemptOutcome = 'arrived' | 'postponed' | 'failed' | 'lost';

export interface TellingMetrics {
  readonly attempted: (kind: string, outcome: AttemptOutcome) => void;
  /** An attempt came to nothing, for this reason. */
  readonly missed: (code: string) => void;
}

export function createTellingMetrics(
  registry: ServiceContext<typeof authSettings>['metrics'],
  database: Database,
): TellingMetrics {
  registerQueueGauges<DeliveryFigures>(registry, {
    kinds: ['webhook', 'email'],
    read: () => deliveryFigures(database),
    gauges: [
      {
        name: 'stitchd_deliveries_waiting',
        help: 'Messages that have neither arrived nor been given up, but for those that a paused receiver keeps, by kind of receiver.',
        valueOf: ({ waiting }) => waiting,
      },
      {
        name: 'stitchd_deliveries_oldest_seconds',
        help: 'Since the oldest message that waits was queued, by kind of receiver.',
        valueOf: ({ oldestSeconds }) => oldestSeconds,
      },
    ],
  });
  const attempts = new Counter({
    name: 'stitchd_deliveries_attempts_total',
    help: 'Attempts to tell a receiver, by its kind and how they ended.',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  });
  const failures = new Counter({
    name: 'stitchd_deliveries_failures_total',
    help: 'Attempts to tell a receiver that came to nothing, by the code that people see.',
    labelNames: ['code'],
    registers: [registry],
  });
  return {
    attempted: (kind, outcome) => attempts.inc({ kind, outcome }),
    missed: (code) => failures.inc({ code }),
  };
}
