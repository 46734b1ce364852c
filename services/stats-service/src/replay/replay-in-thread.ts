import { runInThread, threadProgram } from '../worker/run-in-thread.ts';
import type { ReplayCounts, ReplayTask } from './run-replays.ts';

const program = threadProgram(import.meta.url, 'replay/replay-worker');

/**
 * Replays in a thread of its own, which takes the numbers over: nobody here needs them any more.
 * @throws as `runInThread`
 */
export function replayInThread(
  task: ReplayTask,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<readonly (readonly ReplayCounts[])[]> {
  return runInThread(program, task, signal, { onProgress, handedOver: buffersOf(task) });
}

function buffersOf({ history, metrics }: ReplayTask): ArrayBuffer[] {
  const arrays = metrics.flatMap((values): readonly Float64Array[] => {
    switch (values.kind) {
      case 'quantile':
        return [values.numbers];
      case 'event-quantile':
        return [values.sizes, values.numbers];
      default:
        return values.columns;
    }
  });
  return [...new Set([history, ...arrays].map(({ buffer }) => buffer as ArrayBuffer))];
}
