import { sql } from 'kysely';
import type { Database } from '../postgres/index.ts';

/** The messages to one kind of receiver that have neither arrived nor been given up, of all tenants together. */
export interface DeliveryFigures {
  readonly kind: 'webhook' | 'email';
  readonly waiting: number;
  /** Since the oldest of them was queued. */
  readonly oldestSeconds: number;
}

/** For operators; a kind for which nothing waits is left out, and so is what a paused receiver keeps. */
export async function deliveryFigures(database: Database): Promise<readonly DeliveryFigures[]> {
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ kind: DeliveryFigures['kind']; waiting: string; oldest_seconds: number }>`
      select kind, waiting, oldest_seconds from auth.delivery_figures()`.execute(tx),
  );
  return rows.map(({ kind, waiting, oldest_seconds: oldestSeconds }) => ({ kind, waiting: Number(waiting), oldestSeconds }));
}
