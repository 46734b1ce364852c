import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

/** An environment whose old rows one replica deletes. */
export interface RetentionSweep {
  readonly environmentId: string;
  readonly organisationId: string;
  readonly projectId: string;
}

/** Takes the lease on environments that are due, those that wait for the longest time first. Runs before a tenant is known. */
export async function claimRetentionSweeps(
  tx: Tx,
  { leaseMs, token, most }: { readonly leaseMs: number; readonly token: string; readonly most: number },
): Promise<readonly RetentionSweep[]> {
  const { rows } = await sql<{ environment_id: string; organisation_id: string; project_id: string }>`
    select * from event.claim_retention_sweeps(${leaseMs}, ${token}, ${most})`.execute(tx);
  return rows.map((row) => ({
    environmentId: row.environment_id,
    organisationId: row.organisation_id,
    projectId: row.project_id,
  }));
}

/** Gives a lease back; an environment of another holder stays as it is. */
export async function endRetentionSweep(
  tx: Tx,
  environmentId: string,
  { token, nextInMs }: { readonly token: string; readonly nextInMs: number },
): Promise<void> {
  await sql`
    update event.retention_sweep
    set due_at = clock_timestamp() + make_interval(secs => ${nextInMs / 1_000}), leased_until = '-infinity', lease_token = null
    where environment_id = ${environmentId} and lease_token = ${token}`.execute(tx);
}
