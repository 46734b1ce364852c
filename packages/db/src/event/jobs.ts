import { sql } from 'kysely';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import { jobRow, type JobFields, type JobRow } from './job-row.ts';

export interface NewJob {
  readonly id: string;
  readonly organisationId: string;
  readonly projectId: string;
  readonly environmentId: string;
  readonly kind: string;
  readonly request: JobFields;
  /** Who asked, for people. */
  readonly createdBy: string;
  readonly progress?: JobFields;
  /** How long there is nothing to do for it, unless `makeJobDue` says otherwise. */
  readonly pauseMs?: number;
}

const after = (pauseMs: number) => sql<Date>`clock_timestamp() + make_interval(secs => ${pauseMs / 1_000})`;

/**
 * Puts a job in the queue, in the caller's transaction.
 * @param mostUnfinished - jobs of its kind that may wait or run in its environment
 * @returns undefined where there are as many already
 */
export async function enqueueJob(tx: Tx, job: NewJob, mostUnfinished: number): Promise<JobRow | undefined> {
  // Whoever counts at the same time would see as many.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`event.job ${job.environmentId}`}, 0))`.execute(tx);
  const { unfinished } = await tx
    .selectFrom('event.job')
    .select((select) => select.fn.countAll<number>().as('unfinished'))
    .where('environment_id', '=', job.environmentId)
    .where('kind', '=', job.kind)
    .where('state', 'in', ['waiting', 'running'])
    .executeTakeFirstOrThrow();
  if (unfinished >= mostUnfinished) return undefined;
  const row = await tx
    .insertInto('event.job')
    .values({
      id: job.id,
      organisation_id: job.organisationId,
      project_id: job.projectId,
      environment_id: job.environmentId,
      kind: job.kind,
      request: jsonb({ ...job.request }),
      progress: jsonb({ ...job.progress }),
      created_by: job.createdBy,
      ...(job.pauseMs !== undefined && { due_at: after(job.pauseMs) }),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return jobRow(row);
}

/** @param lock - keeps others, workers too, from changing it until the transaction ends */
export async function findJob(tx: Tx, id: string, lock = false): Promise<JobRow | undefined> {
  let query = tx.selectFrom('event.job').selectAll().where('id', '=', id);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && jobRow(row);
}

export interface JobQuery {
  readonly environmentId: string;
  readonly limit: number;
  /** The id of the last job of the page before. */
  readonly beforeId: string | undefined;
  /** Empty: all. */
  readonly kind: string;
}

/** A page of an environment's jobs, the newest first. */
export async function listJobs(
  tx: Tx,
  query: JobQuery,
): Promise<{ readonly items: readonly JobRow[]; readonly hasMore: boolean }> {
  let page = tx
    .selectFrom('event.job')
    .selectAll()
    .where('environment_id', '=', query.environmentId)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.kind !== '') page = page.where('kind', '=', query.kind);
  if (query.beforeId !== undefined) page = page.where('id', '<', query.beforeId);
  const rows = (await page.execute()).map(jobRow);
  return { items: rows.slice(0, query.limit), hasMore: rows.length > query.limit };
}

/** Wants a job that is locked to end: one that waits has ended at once, one that runs does so when its worker hears of it. */
export async function cancelJob(tx: Tx, job: JobRow): Promise<JobRow> {
  const isRunning = job.state === 'running';
  const row = await tx
    .updateTable('event.job')
    .set(isRunning ? { cancelling: true } : { cancelling: true, state: 'cancelled', finished_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', job.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return jobRow(row);
}

/** There is something to do for a job that waits. */
export async function makeJobDue(tx: Tx, id: string, pauseMs = 0): Promise<void> {
  await tx
    .updateTable('event.job')
    .set({ due_at: after(pauseMs) })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

/** As above, for all that wait of a kind. */
export async function makeWaitingJobsDue(tx: Tx, environmentId: string, kind: string): Promise<void> {
  await tx
    .updateTable('event.job')
    .set({ due_at: sql<Date>`clock_timestamp()` })
    .where('environment_id', '=', environmentId)
    .where('kind', '=', kind)
    .where('state', '=', 'waiting')
    .execute();
}

/** Forgets ended jobs of an environment: all but the newest so many, and those that ended so many days ago. */
export async function forgetOldJobs(
  tx: Tx,
  environmentId: string,
  keep: { readonly endedJobs: number; readonly endedJobDays: number },
): Promise<void> {
  await sql`
    delete from event.job where environment_id = ${environmentId} and state not in ('waiting', 'running') and (
      finished_at < now() - make_interval(days => ${keep.endedJobDays}) or id in (
        select id from event.job where environment_id = ${environmentId} and state not in ('waiting', 'running')
        order by id desc offset ${keep.endedJobs}))`.execute(tx);
}
