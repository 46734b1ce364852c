import { sql } from 'kysely';
import type { Database } from '../postgres/index.ts';
import type { JobKind } from './job-row.ts';

/** The queue of one kind of job, of all tenants together. */
export interface QueueFigures {
  readonly kind: JobKind;
  readonly waiting: number;
  readonly running: number;
  /** Since the oldest of them was put in the queue. */
  readonly oldestSeconds: number;
}

/** For operators; a kind without any job is left out. */
export async function queueFigures(database: Database): Promise<readonly QueueFigures[]> {
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ kind: JobKind; waiting: string; running: string; oldest_seconds: number }>`
      select kind, waiting, running, oldest_seconds from stats.queue_figures()`.execute(tx),
  );
  return rows.map(({ kind, waiting, running, oldest_seconds: oldestSeconds }) => ({
    kind,
    waiting: Number(waiting),
    running: Number(running),
    oldestSeconds,
  }));
}
