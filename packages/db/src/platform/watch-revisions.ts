import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type pg from 'pg';
import type { Database } from '../postgres/index.ts';
import { environmentChannel } from './change-environment.ts';

/** Notifications are hints: every environment that changed lately is asked for again this often. */
const pollIntervalMs = 2_000;
/** How far back a poll looks: longer than any transaction may take, so that a late commit is not missed. */
const pollOverlapMs = 60_000;
const reconnectDelayMs = 500;

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
  const done = Promise.all([listenForHints(options, stopping.signal), pollRevisions(options, stopping.signal)]);
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

type WatchOptions = Parameters<typeof watchRevisions>[0];

async function listenForHints(options: WatchOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let client: pg.Client | undefined;
    try {
      client = await options.database.connectListener();
      client.on('notification', ({ payload = '' }) => {
        const [environmentId = '', revision = ''] = payload.split(' ');
        options.onRevision(environmentId, Number(revision));
      });
      await client.query(`listen ${environmentChannel}`);
      // What was committed while nobody listened.
      await pollOnce(options, options.nowMs() - pollOverlapMs);
      await connectionEnd(client, signal);
    } catch (error) {
      options.onTrouble(error);
    } finally {
      await client?.end().catch(() => undefined);
    }
    await pause(reconnectDelayMs, signal);
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
