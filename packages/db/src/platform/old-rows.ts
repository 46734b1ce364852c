import { sql, type RawBuilder } from 'kysely';
import { postgresLimits, type Database, type Tx } from '../postgres/index.ts';
import { lockEnvironments } from './change-environment.ts';

/** Organisations that have rows older than `postgresLimits` keeps them. */
export async function organisationsWithOldRows(database: Database): Promise<readonly string[]> {
  const { tombstoneKeepDays, idempotencyKeepHours, outboxKeepDays } = postgresLimits;
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ organisation_id: string }>`
      select organisation_id
      from platform.organisations_with_old_rows(${tombstoneKeepDays}, ${idempotencyKeepHours}, ${outboxKeepDays})`.execute(tx),
  );
  return rows.map((row) => row.organisation_id);
}

/**
 * Forgets what a tenant keeps for a time only: removed definitions, idempotency keys and outbox records. Takes at most
 * `postgresLimits.oldRowsAtOnce` of each in one transaction; whoever does the same at the same time is in nobody's way.
 * @returns how many rows went: where it was any, there may be more
 */
export async function deleteOldRows(database: Database, organisationId: string): Promise<number> {
  const definitions = await database.inTenant(organisationId, forgetRemovedDefinitions);
  const keys = await database.inTenant(organisationId, deleteIdempotencyKeys);
  const records = await database.inTenant(organisationId, deleteOutboxRecords);
  return definitions + keys + records;
}

/**
 * Of one environment. The look begins when its lock is held, so that nothing that is published meanwhile is lost; and from
 * the moment at which the removals are gone, whoever has not seen them gets a snapshot.
 */
async function forgetRemovedDefinitions(tx: Tx): Promise<number> {
  const isOld = sql<boolean>`removed and changed_at < now() - make_interval(days => ${postgresLimits.tombstoneKeepDays})`;
  const oldest = await tx
    .selectFrom('platform.definition')
    .select('environment_id')
    .where(isOld)
    .orderBy('changed_at')
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return 0;
  const { environment_id: environmentId } = oldest;
  await lockEnvironments(tx, [environmentId]);
  const { rows } = await sql<{ revision: number }>`
    delete from platform.definition
    where environment_id = ${environmentId} and (kind, id) in (
      select kind, id from platform.definition
      where environment_id = ${environmentId} and ${isOld} order by revision limit ${postgresLimits.oldRowsAtOnce})
    returning revision`.execute(tx);
  if (rows.length === 0) return 0;
  await tx
    .updateTable('platform.environment_revision')
    .set({ forgotten_revision: sql<number>`greatest(forgotten_revision, ${Math.max(...rows.map(({ revision }) => revision))})` })
    .where('environment_id', '=', environmentId)
    .execute();
  return rows.length;
}

function deleteIdempotencyKeys(tx: Tx): Promise<number> {
  return deleteUnlocked(
    tx,
    sql`platform.idempotency`,
    sql`created_at < now() - make_interval(hours => ${postgresLimits.idempotencyKeepHours})`,
  );
}

/** Delivered or not: what nobody has taken for so long is of use to nobody. */
function deleteOutboxRecords(tx: Tx): Promise<number> {
  return deleteUnlocked(
    tx,
    sql`platform.outbox`,
    sql`created_at < now() - make_interval(days => ${postgresLimits.outboxKeepDays})`,
  );
}

/** Rows that somebody else holds are left to the next time, so that nobody waits for another. */
async function deleteUnlocked(tx: Tx, table: RawBuilder<unknown>, isOld: RawBuilder<unknown>): Promise<number> {
  const deleted = await sql`
    delete from ${table} where ctid = any(array(
      select ctid from ${table} where ${isOld} order by created_at limit ${postgresLimits.oldRowsAtOnce}
      for update skip locked))`.execute(tx);
  return Number(deleted.numAffectedRows ?? 0n);
}
