import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { keepListening, type Database } from '../postgres/index.ts';
import { environmentChannel } from './change-environment.ts';

/** Notifications are hints: every environment that changed lately is asked for again this often. */
const pollIntervalMs = 2_000;
/** How far back a poll looks: longer than any transaction may take, so that a late commit is not missed. */
const pollOverlapMs = 60_000;

export interface RevisionWatch {
  readonly stop: () => Promise<void>;
}

/**
 * Calls `onRevision` soon after each commit that changed an environment, and again on each poll: callers compare with
 * what they have. Survives the loss of the store.
 */
export function watchRevisions(options: {
  readonly database: Database;
  readonly nowMs: () => number;
  readonly onRevision: (environmentId: string, revision: number) => void;
  readonly onTrouble: (error: unknown) => void;
}): RevisionWatch {
  const stopping = new AbortController();
  const { signal } = stopping;
  const listening = keepListening({
    ...options,
    channel: environmentChannel,
    onPayload(payload) {
      const [environmentId = '', revision = ''] = payload.split(' ');
      options.onRevision(environmentId, Number(revision));
    },
    // What was committed while nobody listened.
    onListening: () => pollOnce(options, options.nowMs() - pollOverlapMs),
    signal,
  });
  const done = Promise.all([listening, pollRevisions(options, signal)]);
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

type WatchOptions = Parameters<typeof watchRevisions>[0];

async function pollRevisions(options: WatchOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(pollIntervalMs, signal);
    if (signal.aborted) return;
    await pollOnce(options, options.nowMs() - pollOverlapMs).catch(options.onTrouble);
  }
}

async function pollOnce(options: WatchOptions, sinceMs: number): Promise<void> {
  const { rows } = await options.database.beforeTenant((tx) =>
    sql<{ environment_id: string; revision: number }>`
      select environment_id, revision from platform.changed_environments(${new Date(sinceMs)})`.execute(tx),
  );
  for (const row of rows) options.onRevision(row.environment_id, row.revision);
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}
