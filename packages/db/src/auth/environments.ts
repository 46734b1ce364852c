import { sql } from 'kysely';
import { registerEnvironment } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import type { EnvironmentRow } from './rows.ts';

/** The environment begins at revision 0 in the same transaction, so that its definitions can be published. */
export async function insertEnvironment(
  tx: Tx,
  environment: {
    readonly id: string;
    readonly organisation_id: string;
    readonly project_id: string;
    readonly key: string;
    readonly name: string;
    readonly production: boolean;
  },
): Promise<EnvironmentRow> {
  const row = await tx.insertInto('auth.environment').values(environment).returningAll().executeTakeFirstOrThrow();
  await registerEnvironment(tx, {
    environmentId: row.id,
    projectId: row.project_id,
    organisationId: row.organisation_id,
  });
  return row;
}

export async function findEnvironment(tx: Tx, projectId: string, key: string): Promise<EnvironmentRow | undefined> {
  return tx
    .selectFrom('auth.environment')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .executeTakeFirst();
}

export async function readEnvironment(tx: Tx, projectId: string, id: string): Promise<EnvironmentRow | undefined> {
  return tx
    .selectFrom('auth.environment')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Held against other changes until the transaction ends. */
export async function lockEnvironment(tx: Tx, projectId: string, key: string): Promise<EnvironmentRow | undefined> {
  return tx
    .selectFrom('auth.environment')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirst();
}

/** All of a project, in the order in which they were made. */
export async function listEnvironments(tx: Tx, projectId: string): Promise<readonly EnvironmentRow[]> {
  return tx.selectFrom('auth.environment').selectAll().where('project_id', '=', projectId).orderBy('id').execute();
}

export async function updateEnvironment(
  tx: Tx,
  id: string,
  change: { readonly name: string; readonly production: boolean },
): Promise<EnvironmentRow> {
  return tx
    .updateTable('auth.environment')
    .set((update) => ({ ...change, version: update('version', '+', 1), updated_at: sql<Date>`now()` }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
