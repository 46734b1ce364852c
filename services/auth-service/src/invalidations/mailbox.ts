/** What waits for one reader, up to a limit. */
export interface Mailbox<T> {
  readonly put: (item: T) => void;
  /**
   * Everything that waits; where nothing does, waits for it until the time is over or the signal aborts.
   * `overflowed`: something was lost, and the reader has to begin anew.
   */
  readonly take: (timeoutMs: number, signal: AbortSignal) => Promise<readonly T[] | 'overflowed'>;
}

export function createMailbox<T>(limit: number): Mailbox<T> {
  let items: T[] = [];
  let overflowed = false;
  let wake: () => void = () => undefined;

  function awaken(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener('abort', done, { once: true });
      wake = done;
      if (signal.aborted) done();
    });
  }

  return {
    put(item) {
      if (items.length >= limit) overflowed = true;
      else items.push(item);
      wake();
    },
    async take(timeoutMs, signal) {
      if (items.length === 0 && !overflowed) await awaken(timeoutMs, signal);
      if (overflowed) return 'overflowed';
      const taken = items;
      items = [];
      return taken;
    },
  };
}
