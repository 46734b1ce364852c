import { Worker } from 'node:worker_threads';

/** What a thread says: how far it has come, as often as it likes, and once what came of it. */
export type ThreadMessage<Result> = { readonly progress: number } | { readonly result: Result };

/**
 * The program of a thread, by its place among the sources: threads run what was built, also where the rest runs from its sources.
 * @param module - `import.meta.url` of whoever starts it
 * @param place - below `src`, without an ending
 */
export function threadProgram(module: string, place: string): URL {
  return new URL(module.endsWith('.ts') ? `../../dist/${place}.js` : `../${place}.js`, module);
}

/**
 * Works in a thread of its own, so that nothing else waits.
 * @param options.handedOver - buffers of the task that are the thread's from then on, so that they need not be copied
 * @throws what the thread throws, and the reason of the signal, which ends it
 */
export async function runInThread<Result>(
  program: URL,
  task: unknown,
  signal: AbortSignal,
  options: { readonly onProgress?: (share: number) => void; readonly handedOver?: readonly ArrayBuffer[] } = {},
): Promise<Result> {
  signal.throwIfAborted();
  // Without what this process was started with: conditions of a development run name sources that no thread can read.
  const worker = new Worker(program, { execArgv: [] });
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
      worker.on('message', (message: ThreadMessage<Result>) =>
        'progress' in message ? options.onProgress?.(message.progress) : resolve(message.result),
      );
      worker.postMessage(task, [...(options.handedOver ?? [])]);
    });
  } finally {
    await worker.terminate();
  }
}
