import { maxBlockedMs } from '../limits.ts';
import type { StreamSink } from '../sync/stream-sink.ts';

/** Whether a reader that was behind has read what waited, in time. */
export function drained(sink: StreamSink, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), maxBlockedMs);
    const done = (result: boolean) => () => {
      clearTimeout(timer);
      resolve(result);
    };
    sink.onceDrained(done(true));
    signal.addEventListener('abort', done(true), { once: true });
  });
}

/** Until then, or until nobody is there any more. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
