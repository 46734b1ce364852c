import { sql } from 'kysely';
import type { Database } from '../postgres/index.ts';

/**
 * Requests to erase a unit that are not proven yet, of all tenants together: `under-way` while a job works on them or will, `given-up`
 * where it failed for good, so that somebody has to ask again.
 */
export interface ErasureFigures {
  readonly kind: 'under-way' | 'given-up';
  readonly unfinished: number;
  /** Of them, those that should have been done by now. */
  readonly overdue: number;
  /** Since the oldest of them was asked for. */
  readonly oldestSeconds: number;
}

/**
 * For operators; a kind without any request is left out, and so is a request whose unit a later one has erased.
 * @param overdueHours - after which a request should be done
 */
export async function erasureFigures(database: Database, overdueHours: number): Promise<readonly ErasureFigures[]> {
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ kind: ErasureFigures['kind']; unfinished: string; overdue: string; oldest_seconds: number }>`
      select kind, unfinished, overdue, oldest_seconds from event.erasure_figures(${overdueHours})`.execute(tx),
  );
  return rows.map(({ kind, unfinished, overdue, oldest_seconds: oldestSeconds }) => ({
    kind,
    unfinished: Number(unfinished),
    overdue: Number(overdue),
    oldestSeconds,
  }));
}
