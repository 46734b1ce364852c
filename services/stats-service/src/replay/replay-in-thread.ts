import { Worker } from 'node:worker_threads';
import type { ReplayCounts, ReplayTask } from './run-replays.ts';

type Message = { readonly progress: number } | { readonly counts: readonly (readonly ReplayCounts[])[] };

/** Threads run what was built, also where the rest runs from its sources. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/replay/replay-worker.js' : './replay-worker.js',
  import.meta.url,
);

/**
 * Replays in a thread of its own, so that nothing else waits.
 * @throws what the thread throws, and the reason of the signal, which ends it
 */
export async function replayInThread(
  task: ReplayTask,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<readonly (readonly ReplayCounts[])[]> {
  signal.throwIfAborted();
  // Without what this process was started with: conditions of a development run name sources that no thread can read.
  const worker = new Worker(workerUrl, { execArgv: [] });
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
      worker.on('message', (message: Message) =>
        'progress' in message ? onProgress(message.progress) : resolve(message.counts),
      );
      // Handed over, not copied: nobody here needs them any more.
      worker.postMessage(task, buffersOf(task));
    });
  } finally {
    await worker.terminate();
  }
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
