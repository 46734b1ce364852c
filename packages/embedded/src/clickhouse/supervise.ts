import { EmbeddedEngineError } from '../embedded-engine-error.ts';
import type { EngineLog } from '../engine-log.ts';
import type { ChildExit, ClickHouseChild } from './clickhouse-child.ts';
import { nextRestartDelay } from './restart-delay.ts';

/** What is known when a crashed engine answers again. */
export interface ClickHouseRestart {
  /** How often it has been started again so far. */
  readonly count: number;
  /** How the last process ended. */
  readonly reason: string;
}

export interface SupervisedClickHouse {
  /** The running process; undefined while none is. */
  pid(): number | undefined;
  restarts(): number;
  onRestart(listener: (restart: ClickHouseRestart) => void): void;
  stop(): Promise<void>;
}

/** Keeps the engine running: starts it again, with growing pauses, whenever its process ends without being asked to. */
export function superviseClickHouse(
  first: ClickHouseChild,
  startChild: () => Promise<ClickHouseChild>,
  log: EngineLog,
): SupervisedClickHouse {
  const listeners: ((restart: ClickHouseRestart) => void)[] = [];
  const stopping = new AbortController();
  let current: ClickHouseChild | undefined = first;
  let restarts = 0;

  const watch = async (): Promise<void> => {
    let child = first;
    let delayMs: number | undefined;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const exit = await child.ended;
      current = undefined;
      if (stopping.signal.aborted) return;
      log({ engine: 'clickhouse', level: 'error', message: `The engine ended unexpectedly (${reasonOf(exit)}): ${exit.output}` });
      let livedMs = performance.now() - startedAt;
      for (;;) {
        delayMs = nextRestartDelay(delayMs, livedMs);
        if (!(await sleep(delayMs, stopping.signal))) return;
        const started = await startChild().catch((error: unknown) => startFailure(error));
        if ('pid' in started) {
          child = started;
          break;
        }
        livedMs = 0;
        log({ engine: 'clickhouse', level: 'error', message: started.message });
      }
      current = child;
      // It was started while the stop began.
      if (stopping.signal.aborted) return child.stop();
      restarts++;
      log({ engine: 'clickhouse', level: 'warn', message: `The engine answers again after restart ${restarts}.` });
      for (const listener of listeners) listener({ count: restarts, reason: reasonOf(exit) });
    }
  };
  const watching = watch();

  return {
    pid: () => current?.pid,
    restarts: () => restarts,
    onRestart: (listener) => void listeners.push(listener),
    async stop() {
      stopping.abort();
      await current?.stop();
      await watching;
    },
  };
}

function reasonOf(exit: ChildExit): string {
  return exit.signal ?? `exit ${exit.code}`;
}

/** Only what a start can answer is waited out; a programmer's mistake is not. */
function startFailure(error: unknown): EmbeddedEngineError {
  if (error instanceof EmbeddedEngineError) return error;
  throw error;
}

/** False where the wait was cut short. */
function sleep(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', wake);
      resolve(true);
    }, ms);
    if (signal.aborted) wake();
    else signal.addEventListener('abort', wake, { once: true });
  });
}
