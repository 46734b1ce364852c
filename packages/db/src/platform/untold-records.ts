import { sql } from 'kysely';
import type { Database, Tx } from '../postgres/index.ts';

/** Something that happened, of which receivers have not been told. */
export interface UntoldRecord {
  /** Of the outbox record, and of the audit record beside it. */
  readonly id: string;
  /** null: it is of the organisation. */
  readonly projectId: string | null;
  readonly environmentId: string | null;
  readonly topic: string;
  readonly createdAt: Date;
  readonly actor: { readonly kind: string; readonly name: string };
  readonly resource: { readonly kind: string; readonly id: string; readonly key: string };
  /** The state after it, as the audit log keeps it. */
  readonly after: unknown;
}

/** Organisations in which something happened of which receivers have not been told. */
export async function organisationsToTell(database: Database, most: number): Promise<readonly string[]> {
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ organisation_id: string }>`select organisation_id from platform.organisations_to_tell(${most})`.execute(tx),
  );
  return rows.map((row) => row.organisation_id);
}

/**
 * Takes the oldest of these records of a tenant for this transaction, and marks them as told. Whoever does the same at the same time waits
 * and gets the next ones, so that they stay in their order; where the transaction fails, they are untold as before.
 */
export async function takeUntoldRecords(tx: Tx, most: number): Promise<readonly UntoldRecord[]> {
  const locked = await tx
    .selectFrom('platform.outbox')
    .select('id')
    .where('done_at', 'is', null)
    .orderBy('id')
    .limit(most)
    .forUpdate()
    .execute();
  if (locked.length === 0) return [];
  const ids = locked.map(({ id }) => id);
  await tx
    .updateTable('platform.outbox')
    .set({ done_at: sql<Date>`clock_timestamp()` })
    .where('id', 'in', ids)
    .execute();
  const rows = await tx
    .selectFrom('platform.audit')
    .select(['id', 'project_id', 'environment_id', 'action', 'at', 'actor_kind', 'actor_name'])
    .select(['resource_kind', 'resource_id', 'resource_key', 'after'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    projectId: row.project_id,
    environmentId: row.environment_id,
    topic: row.action,
    createdAt: row.at,
    actor: { kind: row.actor_kind, name: row.actor_name },
    resource: { kind: row.resource_kind, id: row.resource_id, key: row.resource_key },
    after: row.after,
  }));
}
