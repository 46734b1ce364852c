/** Ends what a timer would do. */
export type StopTimer = () => void;

/** Runs something later, without keeping the process alive for it. */
export function runLater(afterMs: number, run: () => void): StopTimer {
  const timer = setTimeout(run, afterMs);
  detach(timer);
  return () => clearTimeout(timer);
}

/** Runs something again and again, without keeping the process alive for it. */
export function runEvery(intervalMs: number, run: () => void): StopTimer {
  const timer = setInterval(run, intervalMs);
  detach(timer);
  return () => clearInterval(timer);
}

/** Waits without keeping the process alive; aborting ends the wait at once. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const stop = runLater(milliseconds, done);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** Node's timers are objects that can let the process end; in other runtimes they are numbers, and nothing has to be done. */
function detach(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') timer.unref();
}
