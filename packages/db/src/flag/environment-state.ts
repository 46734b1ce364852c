import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

/**
 * Waits until no other transaction changes the project's flags or publishes them into a new environment; held until this one
 * ends. Take it before any environment's lock.
 */
export async function lockProjectFlags(tx: Tx, projectId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`stitchd.flag.project:${projectId}`}, 0))`.execute(tx);
}

/** Whether the flags that existed before this environment have been published into it. */
export async function isEnvironmentInitialised(tx: Tx, environmentId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('flag.environment_state')
    .select('environment_id')
    .where('environment_id', '=', environmentId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function markEnvironmentInitialised(
  tx: Tx,
  environment: { readonly environmentId: string; readonly projectId: string; readonly organisationId: string },
): Promise<void> {
  await tx
    .insertInto('flag.environment_state')
    .values({
      environment_id: environment.environmentId,
      project_id: environment.projectId,
      organisation_id: environment.organisationId,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The tenant of an environment that is known by nothing but its id. */
export interface EnvironmentTenant {
  readonly organisationId: string;
  readonly projectId: string;
}

/** Asked before the tenant is known. */
export async function tenantOfEnvironment(tx: Tx, environmentId: string): Promise<EnvironmentTenant | undefined> {
  const { rows } = await sql<{ organisation_id: string; project_id: string }>`
    select organisation_id, project_id from platform.tenant_of_environment(${environmentId})`.execute(tx);
  const [row] = rows;
  return row && { organisationId: row.organisation_id, projectId: row.project_id };
}
