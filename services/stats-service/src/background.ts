import { startLoop, type BackgroundLoop } from '@stitchd/service-kit';
import type { StatsContext } from './context.ts';
import { statsLimits } from './limits.ts';
import { enqueueDue } from './schedule/enqueue-due.ts';
import { workOff } from './worker/work-off.ts';

/** The workers and the schedule of one stats-service. */
export interface Background {
  /** There is a new job: a free worker looks at once. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
}

export function startBackground(ctx: StatsContext): Background {
  const onTrouble = (error: unknown): void => ctx.log.warn({ err: error }, 'computations have to wait');
  const workers = Array.from({ length: ctx.config.workers }, () =>
    startLoop({ intervalMs: ctx.config.pollInterval, once: (stopping) => workOff(ctx, stopping), onTrouble }),
  );
  const wake = (): void => workers.forEach((worker) => worker.wake());
  const schedule: BackgroundLoop = startLoop({
    intervalMs: Math.min(ctx.config.interval, statsLimits.scheduleLookMs),
    once: async (stopping) => {
      await enqueueDue(ctx, stopping);
      wake();
    },
    onTrouble,
  });
  return {
    wake,
    async stop() {
      await Promise.all([schedule, ...workers].map((loop) => loop.stop()));
    },
  };
}
