import { Worker } from 'node:worker_threads';
import type { Chunk } from './chunks.ts';
import type { Totals } from './study.ts';

/** Runs all chunks on so many threads, and gives their totals in the order of the chunks. */
export async function runInWorkers(
  chunks: readonly Chunk[],
  threads: number,
  onProgress: (done: number) => void,
): Promise<readonly Totals[]> {
  const results: Totals[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.js', import.meta.url));
    try {
      while (next < chunks.length) {
        const index = next;
        next += 1;
        results[index] = await answerOf(worker, chunks[index]);
        done += 1;
        onProgress(done);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return results;
}

function answerOf(worker: Worker, chunk: Chunk | undefined): Promise<Totals> {
  return new Promise((resolve, reject) => {
    const onMessage = (totals: Totals): void => settle(() => resolve(totals));
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (code: number): void => settle(() => reject(new Error(`a worker ended with ${code}`)));
    const settle = (finish: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      finish();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(chunk);
  });
}
