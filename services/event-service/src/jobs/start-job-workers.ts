import { randomUUID } from 'node:crypto';
import { eventJobQueue, type JobLease } from '@stitchd/db/event';
import type { Database } from '@stitchd/db/postgres';
import { startLoop, type Logger } from '@stitchd/service-kit';
import type { JobHandler } from './job-handler.ts';
import { jobLimits } from './job-limits.ts';
import { runJob, type Attempt } from './run-job.ts';

/** What the workers of one replica share. */
export interface JobWorkerParts {
  readonly database: Database;
  readonly queue: ReturnType<typeof eventJobQueue>;
  readonly handlers: readonly JobHandler[];
  readonly log: Logger;
}

export interface JobWorkers {
  /** There is something to do: a free worker looks at once. */
  readonly wake: () => void;
  /** Gives the jobs that run to other replicas. */
  readonly stop: () => Promise<void>;
}

/** Works off the jobs of all environments, with other replicas, until it is stopped. */
export function startJobWorkers(options: {
  readonly database: Database;
  readonly handlers: readonly JobHandler[];
  readonly log: Logger;
  readonly onAttempted: (attempt: Attempt) => void;
}): JobWorkers {
  const { database, handlers, log } = options;
  const queue = eventJobQueue(handlers.map(({ kind }) => kind));
  const parts: JobWorkerParts = { database, queue, handlers, log };
  const workOff = async (stopping: AbortSignal): Promise<void> => {
    while (!stopping.aborted) {
      const lease: JobLease | undefined = await queue.claim(database, randomUUID(), jobLimits.leaseMs);
      if (lease === undefined) return;
      const attempt = await runJob(parts, lease, stopping);
      log.info({ job: lease.jobId, attempt }, 'attempted a job');
      options.onAttempted(attempt);
    }
  };
  const workers = Array.from({ length: jobLimits.workers }, () =>
    startLoop({
      intervalMs: jobLimits.pollMs,
      once: workOff,
      onTrouble: (error) => log.warn({ err: error }, 'jobs have to wait'),
    }),
  );
  return {
    wake: () => workers.forEach((worker) => worker.wake()),
    stop: async () => void (await Promise.all(workers.map((worker) => worker.stop()))),
  };
}
