import type { Database } from '@stitchd/db';
import { erasureFigures, type ErasureFigures } from '@stitchd/db/event';
import { registerQueueGauges, type ServiceContext } from '@stitchd/service-kit';
import { erasureLimits } from './erasure-limits.ts';

/** What operators see of erasures: a job that failed logs nothing any more, and what it was to erase is still there. */
export function registerErasureMetrics(registry: ServiceContext<never>['metrics'], database: Database): void {
  registerQueueGauges<ErasureFigures>(registry, {
    kinds: ['under-way', 'given-up'],
    read: () => erasureFigures(database, erasureLimits.hours),
    gauges: [
      {
        name: 'stitchd_events_erasures_unfinished',
        help: 'Requests to erase a unit that are not proven yet: a job works on them or will (under-way), or it failed for good (given-up).',
        valueOf: ({ unfinished }) => unfinished,
      },
      {
        name: 'stitchd_events_erasures_overdue',
        help: `Of the requests to erase a unit that are not proven yet, those from more than ${erasureLimits.hours} hours ago.`,
        valueOf: ({ overdue }) => overdue,
      },
      {
        name: 'stitchd_events_erasures_oldest_seconds',
        help: 'Since the oldest request to erase a unit that is not proven yet was made.',
        valueOf: ({ oldestSeconds }) => oldestSeconds,
      },
    ],
  });
}
