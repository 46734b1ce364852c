import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

/** A unit whose rows somebody wants to be gone. */
export interface ErasureRow {
  readonly id: string;
  readonly job_id: string;
  readonly kind: string;
  readonly key_hash: Buffer;
  readonly sealed_names: Buffer | null;
  readonly requested_at: Date;
  readonly clean_since: Date | null;
  readonly finished_at: Date | null;
}

export interface NewErasure {
  readonly id: string;
  readonly organisationId: string;
  readonly projectId: string;
  readonly environmentId: string;
  readonly jobId: string;
  readonly kind: string;
  readonly keyHash: Uint8Array;
  readonly sealedNames: Uint8Array;
  readonly requestedBy: string;
}

export async function insertErasure(tx: Tx, erasure: NewErasure): Promise<ErasureRow> {
  return tx
    .insertInto('event.erasure')
    .values({
      id: erasure.id,
      organisation_id: erasure.organisationId,
      project_id: erasure.projectId,
      environment_id: erasure.environmentId,
      job_id: erasure.jobId,
      kind: erasure.kind,
      key_hash: Buffer.from(erasure.keyHash),
      sealed_names: Buffer.from(erasure.sealedNames),
      requested_by: erasure.requestedBy,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * The job of an environment's erasures that further units can go with: one that has not begun yet, or whose attempt failed, for
 * during an outage no job ends that would make room for another. Nobody takes it meanwhile.
 */
export async function waitingErasureJob(tx: Tx, environmentId: string, kind: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('event.job')
    .select('id')
    .where('environment_id', '=', environmentId)
    .where('kind', '=', kind)
    .where('state', '=', 'waiting')
    .where((where) => where.or([where('started_at', 'is', null), where('error_code', 'is not', null)]))
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .executeTakeFirst();
  return row?.id;
}

/** What is left to be done of a job, the oldest first. */
export async function unfinishedErasures(tx: Tx, jobId: string): Promise<readonly ErasureRow[]> {
  return tx
    .selectFrom('event.erasure')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('finished_at', 'is', null)
    .orderBy('requested_at')
    .execute();
}

export async function countErasuresOfJob(tx: Tx, jobId: string): Promise<number> {
  const row = await tx
    .selectFrom('event.erasure')
    .select((select) => select.fn.countAll<number>().as('erasures'))
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow();
  return row.erasures;
}

/** The same unit in the same job, asked for before. */
export async function findErasureInJob(tx: Tx, jobId: string, keyHash: Uint8Array): Promise<ErasureRow | undefined> {
  return tx
    .selectFrom('event.erasure')
    .selectAll()
    .where('job_id', '=', jobId)
    .where('key_hash', '=', Buffer.from(keyHash))
    .limit(1)
    .executeTakeFirst();
}

/** Since now nothing can come any more and nothing is left; undefined: that is not so. */
export async function markErasuresClean(tx: Tx, jobId: string, isClean: boolean): Promise<void> {
  await tx
    .updateTable('event.erasure')
    .set({ clean_since: isClean ? sql<Date>`clock_timestamp()` : null })
    .where('job_id', '=', jobId)
    .where('finished_at', 'is', null)
    .execute();
}

/** Nothing is left: what the units were called is forgotten. */
export async function finishErasures(tx: Tx, jobId: string): Promise<void> {
  await tx
    .updateTable('event.erasure')
    .set({ finished_at: sql<Date>`clock_timestamp()`, sealed_names: null })
    .where('job_id', '=', jobId)
    .where('finished_at', 'is', null)
    .execute();
}

/** Whether imports that were asked for before a moment have yet to end. */
export async function hasUnfinishedImports(tx: Tx, environmentId: string, before: Date): Promise<boolean> {
  const row = await tx
    .selectFrom('event.job')
    .select('id')
    .where('environment_id', '=', environmentId)
    .where('kind', '=', 'import')
    .where('state', 'in', ['waiting', 'running'])
    .where('created_at', '<=', before)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
