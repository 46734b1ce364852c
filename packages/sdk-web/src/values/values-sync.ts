import { backoffMs, sleep } from '../backoff.ts';
import type { Platform } from '../platform/platform.ts';
import { webLimits } from '../web-limits.ts';
import { askOnce, followChanges, type Attempted, type ValuesRequest } from './attempt.ts';

/**
 * - `idle`: nothing has been asked for yet
 * - `connecting`: the first answer is on its way
 * - `streaming`: changes are pushed
 * - `polling`: values are asked for from time to time, since streaming does not work here
 * - `waiting`: the server could not be reached, and is tried again
 * - `paused`: the page is hidden
 * - `refused`: the server refuses the key, the origin or the context
 * - `closed`: the client was closed
 */
export type ConnectionState = 'idle' | 'connecting' | 'streaming' | 'polling' | 'waiting' | 'paused' | 'refused' | 'closed';

/** Keeps values up to date in the background. Nothing of it ever throws or rejects. */
export interface ValuesSync {
  /** Begins anew with another request; what was asked before is given up. */
  readonly follow: (request: ValuesRequest) => void;
  readonly connection: () => ConnectionState;
  readonly lastError: () => string | undefined;
  readonly close: () => void;
}

export interface ValuesSyncOptions {
  readonly platform: Platform;
  readonly streaming: boolean;
  readonly pollIntervalMs: number;
  readonly onState: () => void;
}

export function createValuesSync({ platform, streaming, pollIntervalMs, onState }: ValuesSyncOptions): ValuesSync {
  let state: ConnectionState = 'idle';
  let lastError: string | undefined;
  let running: AbortController | undefined;
  /** Ends what is being waited for, or the attempt that is being made. */
  let waiting = new AbortController();
  let attempting = new AbortController();
  let isPaused = false;
  let hiding: ReturnType<typeof setTimeout> | undefined;

  function become(next: ConnectionState, error?: string): void {
    if (next === 'streaming' || next === 'polling') lastError = undefined;
    if (error !== undefined) lastError = error;
    if (next === state && error === undefined) return;
    state = next;
    onState();
  }

  async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    waiting = new AbortController();
    const stop = (): void => waiting.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (!signal.aborted) await sleep(milliseconds, waiting.signal);
    signal.removeEventListener('abort', stop);
  }

  async function untilShown(signal: AbortSignal): Promise<void> {
    while (isPaused && !signal.aborted) {
      become('paused');
      await pause(webLimits.refusedRetryMs, signal);
    }
  }

  async function attempt(request: ValuesRequest, isStreaming: boolean, signal: AbortSignal): Promise<Attempted> {
    attempting = new AbortController();
    const stop = (): void => attempting.abort();
    signal.addEventListener('abort', stop, { once: true });
    const attempted = isStreaming
      ? await followChanges(request, attempting.signal, () => become('streaming'))
      : await askOnce(request, attempting.signal);
    signal.removeEventListener('abort', stop);
    return attempted;
  }

  async function run(request: ValuesRequest, signal: AbortSignal): Promise<void> {
    let failures = 0;
    let pollUntilMs = streaming ? 0 : Number.POSITIVE_INFINITY;
    while (!signal.aborted) {
      await untilShown(signal);
      if (signal.aborted) return;
      if (state !== 'polling') become('connecting');
      const startedMs = platform.nowMs();
      const isStreaming = startedMs >= pollUntilMs;
      const { kind, ...outcome } = await attempt(request, isStreaming, signal);
      if (signal.aborted) return;
      if (isPaused) continue;
      switch (kind) {
        case 'unsuitable':
          pollUntilMs = platform.nowMs() + webLimits.streamAgainMs;
          break;
        case 'answered':
          failures = 0;
          become('polling');
          await pause(pollIntervalMs * (0.9 + 0.2 * platform.random()), signal);
          break;
        case 'ended':
          // One that never lives for long is not opened again and again at once.
          if (platform.nowMs() - startedMs > webLimits.longStreamMs) failures = 0;
          become('waiting');
          await pause(backoffMs(failures++, platform.random), signal);
          break;
        case 'refused':
        case 'failed': {
          const { reason = '', afterMs } = outcome as { readonly reason?: string; readonly afterMs?: number };
          const least = kind === 'refused' ? webLimits.refusedRetryMs : (afterMs ?? 0);
          become(kind === 'refused' ? 'refused' : 'waiting', reason);
          await pause(least + backoffMs(failures++, platform.random), signal);
          break;
        }
      }
    }
  }

  function hide(): void {
    isPaused = true;
    attempting.abort();
    waiting.abort();
  }

  // A page that was opened behind another has not been hidden: it begins so.
  if (platform.isHidden()) hiding = setTimeout(hide, webLimits.hiddenGraceMs);
  const stops = [
    platform.onVisibility((event) => {
      clearTimeout(hiding);
      if (event === 'shown') {
        isPaused = false;
        waiting.abort();
      } else hiding = setTimeout(hide, webLimits.hiddenGraceMs);
    }),
    platform.onOnline(() => waiting.abort()),
  ];

  return {
    follow(request) {
      running?.abort();
      running = new AbortController();
      state = 'idle';
      // Nothing of it should throw; if something does, the page must not see an unhandled rejection.
      run(request, running.signal).catch((error: unknown) => become('waiting', String(error)));
    },
    connection: () => state,
    lastError: () => lastError,
    close() {
      running?.abort();
      clearTimeout(hiding);
      stops.forEach((stop) => stop());
      become('closed');
    },
  };
}
