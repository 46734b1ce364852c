import { sql } from 'kysely';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import type { JobFields, JobRow } from './job-row.ts';
import { jobRow } from './job-row.ts';

/** Keeps bytes of an import's file until they are read. The caller has locked the job, and they come after what is there. */
export async function addImportData(tx: Tx, job: JobRow, position: number, data: Uint8Array): Promise<void> {
  await tx
    .insertInto('event.import_data')
    .values({ job_id: job.id, organisation_id: job.organisation_id, position, data: Buffer.from(data) })
    .execute();
}

/** Changes some fields of how far a job is, beside those that its worker writes. */
export async function mergeProgress(tx: Tx, id: string, progress: JobFields): Promise<JobRow> {
  const row = await tx
    .updateTable('event.job')
    .set({ progress: sql`progress || ${jsonb({ ...progress })}` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return jobRow(row);
}

export interface ImportPiece {
  /** Of its first byte in the file. */
  readonly position: number;
  readonly data: Uint8Array;
}

/** The piece that holds a place of the file, from that place on; undefined where it has not come. */
export async function readImportPiece(tx: Tx, jobId: string, from: number): Promise<ImportPiece | undefined> {
  const row = await tx
    .selectFrom('event.import_data')
    .select(['position', 'data'])
    .where('job_id', '=', jobId)
    .where('position', '<=', from)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined || row.position + row.data.length <= from) return undefined;
  return { position: from, data: row.data.subarray(from - row.position) };
}

/** Forgets what lies before a place of the file. */
export async function dropImportData(tx: Tx, jobId: string, before: number): Promise<void> {
  await tx
    .deleteFrom('event.import_data')
    .where('job_id', '=', jobId)
    .where(sql<boolean>`position + length(data) <= ${before}`)
    .execute();
}

export interface UnfinishedImport {
  readonly id: string;
  readonly request: JobFields;
}

/** Imports of an environment that wait or run. */
export async function unfinishedImports(tx: Tx, environmentId: string): Promise<readonly UnfinishedImport[]> {
  const rows = await tx
    .selectFrom('event.job')
    .select(['id', 'request'])
    .where('environment_id', '=', environmentId)
    .where('kind', '=', 'import')
    .where('state', 'in', ['waiting', 'running'])
    .execute();
  return rows as unknown as readonly UnfinishedImport[];
}

/** The newest import of a file that has not failed and was not cancelled. */
export async function findImportOf(tx: Tx, environmentId: string, sha256: string): Promise<JobRow | undefined> {
  const row = await tx
    .selectFrom('event.job')
    .selectAll()
    .where('environment_id', '=', environmentId)
    .where('kind', '=', 'import')
    .where('state', 'not in', ['failed', 'cancelled'])
    .where(sql<boolean>`request ->> 'sha256' = ${sha256}`)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && jobRow(row);
}
