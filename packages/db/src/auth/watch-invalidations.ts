import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from '../postgres/index.ts';
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
  const done = Promise.all([listenForHints(options, stopping.signal), pollAll(options, stopping.signal)]);
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function listenForHints(options: WatchOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let client: pg.Client | undefined;
    try {
      client = await options.database.connectListener();
      client.on('notification', ({ payload = '' }) => {
        const invalidation = parseInvalidation(payload);
        if (invalidation !== undefined) options.onInvalidation(invalidation);
      });
      await client.query(`listen ${invalidationChannel}`);
      await connectionEnd(client, signal);
    } catch (error) {
      options.onTrouble(error);
    } finally {
      await client?.end().catch(() => undefined);
    }
    await pause(authStoreLimits.invalidationReconnectMs, signal);
  }
}

function connectionEnd(client: pg.Client, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    client.once('end', () => resolve());
    client.once('error', () => resolve());
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
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
