import { Counter, Histogram, type ServiceContext } from '@stitchd/service-kit';
import type { settings } from './settings.ts';
import type { Attempt } from './worker/run-job.ts';

/** Upper bounds in seconds: a small experiment takes 0.1, a limit stops at 300. */
const durationBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

export interface StatsMetrics {
  readonly attempted: (attempt: Attempt, durationMs: number) => void;
}

export function createStatsMetrics(registry: ServiceContext<typeof settings>['metrics']): StatsMetrics {
  const attempts = new Counter({
    name: 'stitchd_stats_attempts_total',
    help: 'Attempts at computations, by how they ended.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'stitchd_stats_attempt_duration_seconds',
    help: 'Time of one attempt at a computation.',
    buckets: durationBuckets,
    registers: [registry],
  });
  return {
    attempted(attempt, durationMs) {
      attempts.inc({ outcome: attempt });
      duration.observe(durationMs / 1_000);
    },
  };
}
