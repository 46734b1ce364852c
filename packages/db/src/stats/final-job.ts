import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import { jobRow } from './job-row.ts';
import { enqueueJob, type EnqueuedJob, type NewJob } from './jobs.ts';
import { hasFinalResult } from './results.ts';

/**
 * Puts the last computation of an iteration in the queue, which reads everything again, or answers the one that has not ended:
 * there is one, however many ask at once.
 * @param of.iterationId - that of `of.iteration`
 * @returns undefined where the iteration has its last results already
 */
export async function enqueueFinalJob(
  tx: Tx,
  of: Omit<NewJob, 'kind' | 'cause' | 'isFull' | 'request'> & { readonly iterationId: string },
): Promise<EnqueuedJob | undefined> {
  const { iterationId, ...job } = of;
  // Who comes second sees what the first has put there.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`final-job ${job.experimentId}`}, 0))`.execute(tx);
  if (await hasFinalResult(tx, job.environmentId, iterationId)) return undefined;
  const open = await tx
    .selectFrom('stats.stats_jobs')
    .selectAll()
    .where('experiment_id', '=', job.experimentId)
    .where('kind', '=', 'results')
    .where('iteration', '=', job.iteration)
    .where('cause', '=', 'final')
    .where('state', 'in', ['waiting', 'running'])
    .limit(1)
    .executeTakeFirst();
  if (open !== undefined) return { job: jobRow(open), isNew: false };
  return enqueueJob(tx, { ...job, cause: 'final', isFull: true });
}
