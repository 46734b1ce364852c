import { sql } from 'kysely';
import type { Database, Tx } from '../postgres/index.ts';

/**
 * Takes the organisation whose experiments are due for the longest time; new organisations are due at once. Nobody else
 * takes it before the lease ends: if whoever took it dies, its experiments are not forgotten for an interval.
 */
export async function claimSchedule(database: Database, leaseMs: number): Promise<string | undefined> {
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ organisation_id: string }>`select organisation_id from stats.claim_schedule(${leaseMs})`.execute(tx),
  );
  return rows[0]?.organisation_id;
}

/** Its experiments are in the queue: it is due again after the interval. */
export async function settleSchedule(tx: Tx, organisationId: string, intervalMs: number): Promise<void> {
  await tx
    .updateTable('stats.stats_schedule')
    .set({
      due_at: sql<Date>`clock_timestamp() + make_interval(secs => ${intervalMs / 1_000})`,
      leased_until: sql<Date>`clock_timestamp()`,
    })
    .where('organisation_id', '=', organisationId)
    .execute();
}
