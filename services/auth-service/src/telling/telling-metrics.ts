import type { Database } from '@stitchd/db';
import { deliveryFigures, type DeliveryFigures } from '@stitchd/db/auth';
import { Counter, Gauge, type ServiceContext } from '@stitchd/service-kit';
import type { authSettings } from '../settings.ts';

type Registry = ServiceContext<typeof authSettings>['metrics'];

const kinds: readonly DeliveryFigures['kind'][] = ['webhook', 'email'];

/** How one attempt ended: `postponed` is tried again, `failed` is given up, of `lost` another sender has the lease. */
export type AttemptOutcome = 'arrived' | 'postponed' | 'failed' | 'lost';

export interface TellingMetrics {
  readonly attempted: (kind: string, outcome: AttemptOutcome) => void;
  /** An attempt came to nothing, for this reason. */
  readonly missed: (code: string) => void;
}

export function createTellingMetrics(registry: Registry, database: Database): TellingMetrics {
  watchQueue(registry, database);
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

/** The queue of all tenants and replicas, asked for at every scrape; while PostgreSQL is away the gauges have no values. */
function watchQueue(registry: Registry, database: Database): void {
  let asked: Promise<readonly DeliveryFigures[] | undefined> | undefined;
  // A scrape reads both gauges at once: they share one answer.
  const ask = () =>
    (asked ??= deliveryFigures(database)
      .catch(() => undefined)
      .finally(() => (asked = undefined)));
  const gauge = (name: string, help: string, valueOf: (figures: DeliveryFigures) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['kind'],
      registers: [registry],
      async collect() {
        const known = await ask();
        this.reset();
        if (known === undefined) return;
        for (const kind of kinds) {
          const figures = known.find((one) => one.kind === kind);
          this.set({ kind }, figures === undefined ? 0 : valueOf(figures));
        }
      },
    });
  };
  gauge(
    'stitchd_deliveries_waiting',
    'Messages that have neither arrived nor been given up, but for those that a paused receiver keeps, by kind of receiver.',
    ({ waiting }) => waiting,
  );
  gauge(
    'stitchd_deliveries_oldest_seconds',
    'Since the oldest message that waits was queued, by kind of receiver.',
    ({ oldestSeconds }) => oldestSeconds,
  );
}
