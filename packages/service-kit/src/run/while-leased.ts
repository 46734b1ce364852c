/** Another worker has the work by now: whatever this one found is worth nothing. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease on the work was lost');
    this.name = 'LeaseLost';
  }
}

/**
 * Does work under a lease: says again and again that the worker is still there, and gives the work up where the lease is lost
 * or the process stops.
 * @param options.extend - answers false where somebody else has the lease
 * @param options.onTrouble - the lease could not be extended this time; it ends by itself where that goes on
 * @throws LeaseLost, and what `work` throws
 */
export async function whileLeased<T>(
  options: {
    readonly heartbeatMs: number;
    readonly extend: () => Promise<boolean>;
    readonly onTrouble: (error: unknown) => void;
    readonly stopping: AbortSignal;
  },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  const beat = setInterval(() => {
    options.extend().then((isOurs) => !isOurs && lost.abort(), options.onTrouble);
  }, options.heartbeatMs);
  try {
    return await work(AbortSignal.any([lost.signal, options.stopping]));
  } catch (error) {
    if (lost.signal.aborted) throw new LeaseLost();
    throw error;
  } finally {
    clearInterval(beat);
  }
}

/**
 * How long to wait before the next attempt.
 * @param attempt - that came to nothing, from 1
 */
export function retryPauseMs(retryDelayMs: number, attempt: number): number {
  return retryDelayMs * 2 ** (attempt - 1);
}
