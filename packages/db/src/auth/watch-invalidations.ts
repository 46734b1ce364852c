import { setTimeout as wait } from 'node:timers/promises';
import { keepListening, type Database } from '../postgres/index.ts';
import { invalidatedWithin, invalidationChannel, parseInvalidation, type StoredInvalidation } from './invalidation.ts';
import { authStoreLimits } from './limits.ts';

export interface InvalidationWatch {
  readonly stop: () => Promise<void>;
}

interface WatchOptions {
  readonly database: Database;
  /** Also told again on each poll: callers remember what they have passed on. */
  readonly onInvalidation: (invalidation: StoredInvalidation) => void;
  /** Everything that was committed before this poll began has been told. */
  readonly onCaughtUp: () => void;
  readonly onTrouble: (error: unknown) => void;
}

/** Tells of every revocation soon after its commit. Survives the loss of the store. */
export function watchInvalidations(options: WatchOptions): InvalidationWatch {
  const stopping = new AbortController();
  const { signal } = stopping;
  const listening = keepListening({
    ...options,
    channel: invalidationChannel,
    onPayload(payload) {
      const invalidation = parseInvalidation(payload);
      if (invalidation !== undefined) options.onInvalidation(invalidation);
    },
    // What was committed while nobody listened is in the next poll, a second from now at most.
    onListening: async () => undefined,
    signal,
  });
  const done = Promise.all([listening, pollAll(options, signal)]);
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function pollAll(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const seconds = authStoreLimits.invalidationOverlapSeconds;
  while (!signal.aborted) {
    try {
      const found = await options.database.beforeTenant((tx) =>
        invalidatedWithin(tx, { keysSeconds: seconds, sessionsSeconds: seconds }),
      );
      for (const invalidation of found) options.onInvalidation(invalidation);
      options.onCaughtUp();
    } catch (error) {
      options.onTrouble(error);
    }
    await pause(authStoreLimits.invalidationPollMs, signal);
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}
