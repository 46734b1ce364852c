/** Work that a service does by itself, again and again. */
export interface BackgroundLoop {
  /** Does it now rather than at the end of the pause; while it is being done, once more after that. */
  readonly wake: () => void;
  /** Lets running work finish; it is told by its signal. */
  readonly stop: () => Promise<void>;
}

/**
 * Does `once` at once and then again after each pause, never twice at a time, until it is stopped.
 * @param options.intervalMs - the pause between the end of one run and the beginning of the next
 * @param options.onTrouble - a run that fails ends neither the loop nor the process
 */
export function startLoop(options: {
  readonly intervalMs: number;
  readonly once: (signal: AbortSignal) => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
}): BackgroundLoop {
  const stopping = new AbortController();
  const { signal } = stopping;
  let isWoken = false;
  let endPause = (): void => undefined;
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      if (isWoken || signal.aborted) return resolve();
      const timer = setTimeout(() => endPause(), options.intervalMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      isWoken = false;
      await options.once(signal).catch(options.onTrouble);
      await pause();
    }
  };
  const done = run();
  return {
    wake() {
      isWoken = true;
      endPause();
    },
    async stop() {
      stopping.abort();
      endPause();
      await done;
    },
  };
}
