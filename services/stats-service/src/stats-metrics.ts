import { queueFigures, type QueueFigures } from '@stitchd/db/stats';
import type { Database } from '@stitchd/db/postgres';
import { Counter, Histogram, registerQueueGauges, type ServiceContext } from '@stitchd/service-kit';
import type { Derivation } from './computation/derive-figures.ts';
import type { settings } from './settings.ts';
import type { JobFailureCode } from './worker/job-failure.ts';
import type { Attempt } from './worker/run-job.ts';

/** Upper bounds in seconds: a small experiment takes 0.1, a limit stops at 300. */
const durationBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** What takes a job's time. */
export type JobStage = 'plan' | 'read' | 'analyse' | 'save' | 'read-past' | 'replay';

export interface StatsMetrics {
  /** Does work, and tells how long it took, however it ended. */
  readonly timed: <T>(stage: JobStage, work: () => Promise<T>) => Promise<T>;
  /** An attempt came to nothing: for good, or until the next. */
  readonly failed: (code: JobFailureCode) => void;
  /** How the figures of a computation came about. */
  readonly derived: (derivation: Derivation) => void;
  readonly attempted: (attempt: Attempt, durationMs: number) => void;
}

export function createStatsMetrics(registry: ServiceContext<typeof settings>['metrics'], database: Database): StatsMetrics {
  registerQueueGauges<QueueFigures>(registry, {
    kinds: ['results', 'aa-replay'],
    read: () => queueFigures(database),
    gauges: [
      {
        name: 'stitchd_stats_jobs_waiting',
        help: 'Computations that wait for a worker, by kind.',
        valueOf: ({ waiting }) => waiting,
      },
      {
        name: 'stitchd_stats_jobs_running',
        help: 'Computations that a worker has, or that are between two attempts, by kind.',
        valueOf: ({ running }) => running,
      },
      {
        name: 'stitchd_stats_jobs_oldest_seconds',
        help: 'Since the oldest computation that has not ended was asked for, by kind.',
        valueOf: ({ oldestSeconds }) => oldestSeconds,
      },
    ],
  });
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
  const failures = new Counter({
    name: 'stitchd_stats_failures_total',
    help: 'Attempts at computations that came to nothing, by the code that people see.',
    labelNames: ['code'],
    registers: [registry],
  });
  const derivations = new Counter({
    name: 'stitchd_stats_derivations_total',
    help: 'Figures that were computed, by how: `recounted` or `repaired` where counts of exposures or rows of units did not agree with all items, `differs` where rows did not and, made anew, were not found to, `unchecked` where that could not be found out.',
    labelNames: ['derivation'],
    registers: [registry],
  });
  const stages = new Histogram({
    name: 'stitchd_stats_stage_duration_seconds',
    help: 'Time of one stage of a computation.',
    labelNames: ['stage'],
    buckets: durationBuckets,
    registers: [registry],
  });
  return {
    async timed(stage, work) {
      const end = stages.startTimer({ stage });
      try {
        return await work();
      } finally {
        end();
      }
    },
    failed: (code) => failures.inc({ code }),
    derived: (derivation) => derivations.inc({ derivation }),
    attempted(attempt, durationMs) {
      attempts.inc({ outcome: attempt });
      duration.observe(durationMs / 1_000);
    },
  };
}
