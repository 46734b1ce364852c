import { setTimeout as wait } from 'node:timers/promises';
import type { Invalidation } from '@stitchd/proto/auth/v1/auth';
import type { Logger } from '@stitchd/service-kit';
import { createBackoff } from '../backoff.ts';
import { invalidationSilenceMs } from '../limits.ts';

/** Whether revocations are heard of. */
export type Hearing = { readonly kind: 'hearing' } | { readonly kind: 'deaf'; readonly sinceMs: number };

export interface Invalidations {
  readonly hearing: () => Hearing;
  /** Answers once revocations have been heard of for the first time, at the latest after the time. */
  readonly heardFirst: (timeoutMs: number) => Promise<void>;
  readonly start: () => void;
  readonly stop: () => Promise<void>;
}

export interface InvalidationListener {
  /** @param sha256 - hexadecimal */
  readonly onKey: (sha256: string) => void;
  readonly onSession: (sessionId: string) => void;
}

/**
 * Follows auth-service's stream of invalidations, for ever. It begins with what was revoked lately, so that whatever
 * happened while it was cut off is heard of; a heartbeat says that the past is told.
 */
export function followInvalidations(options: {
  readonly watch: (signal: AbortSignal) => AsyncIterable<Invalidation>;
  readonly listener: InvalidationListener;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly log: Logger;
}): Invalidations {
  const { watch, listener, nowMs, log } = options;
  const stopping = new AbortController();
  const backoff = createBackoff(options.random);
  let isCaughtUp = false;
  let signAtMs = nowMs();
  let hearingUntilMs = nowMs();
  let running: Promise<void> | undefined;
  let heard: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    heard = resolve;
  });

  function hear(message: Invalidation): void {
    signAtMs = nowMs();
    if (message.keySha256.length > 0) listener.onKey(Buffer.from(message.keySha256).toString('hex'));
    else if (message.sessionId !== '') listener.onSession(message.sessionId);
    else {
      isCaughtUp = true;
      backoff.reset();
      heard();
    }
    if (isCaughtUp) hearingUntilMs = signAtMs;
  }

  async function follow(): Promise<void> {
    const attempt = new AbortController();
    signAtMs = nowMs();
    const silence = setInterval(() => {
      if (nowMs() - signAtMs >= invalidationSilenceMs) attempt.abort(new Error('auth-service fell silent'));
    }, 1_000);
    try {
      for await (const message of watch(AbortSignal.any([attempt.signal, stopping.signal]))) hear(message);
    } catch (error) {
      if (!stopping.signal.aborted) log.warn({ err: error }, 'revocations are not heard of; trying again');
    } finally {
      clearInterval(silence);
      isCaughtUp = false;
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await follow();
      await wait(backoff.next(), undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    hearing: () => (isCaughtUp ? { kind: 'hearing' } : { kind: 'deaf', sinceMs: hearingUntilMs }),
    async heardFirst(timeoutMs) {
      const timer = new AbortController();
      await Promise.race([first, wait(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
      timer.abort();
    },
    start() {
      running = run();
    },
    async stop() {
      stopping.abort();
      heard();
      await running;
    },
  };
}
