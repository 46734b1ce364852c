import { isUuid } from '@stitchd/core';
import * as store from '@stitchd/db/event';
import { recordChange } from '@stitchd/db/platform';
import { decodeCursor, encodeCursor, pageLimits, type Tx } from '@stitchd/db/postgres';
import type { CancelJobRequest, EventJob, GetJobRequest, ListJobsRequest } from '@stitchd/proto/event/v1/job';
import { currentAuthor, environmentScope, problem, readPage } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { jobHandlers } from '../jobs/job-handlers.ts';
import { jobLimits } from '../jobs/job-limits.ts';
import { jobMessage } from '../jobs/job-message.ts';

export async function listJobs(ctx: EventContext, request: ListJobsRequest) {
  const { organisationId, environmentId } = environmentScope();
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  const beforeId = page.after?.[0];
  const query = {
    environmentId,
    limit: page.limit,
    kind: request.kind,
    beforeId: beforeId !== undefined && isUuid(beforeId) ? beforeId : undefined,
  };
  const { items, hasMore } = await ctx.database.inTenant(organisationId, (tx) => store.listJobs(tx, query));
  const last = items.at(-1);
  return { items: items.map(jobMessage), nextCursor: hasMore && last !== undefined ? encodeCursor([last.id]) : '' };
}

export async function getJob(ctx: EventContext, { id }: GetJobRequest): Promise<EventJob> {
  const { organisationId } = environmentScope();
  return jobMessage(await ctx.database.inTenant(organisationId, (tx) => requireJob(tx, id)));
}

export async function cancelJob(ctx: EventContext, { id }: CancelJobRequest): Promise<EventJob> {
  const { organisationId } = environmentScope();
  return ctx.database.inTenant(organisationId, async (tx) => {
    const current = await requireJob(tx, id, true);
    if (current.state === 'cancelled' || current.cancelling) return jobMessage(current);
    if (current.state !== 'waiting' && current.state !== 'running') throw problem('INVALID_STATE', 'The job has ended already.');
    const handler = jobHandlers(ctx).find(({ kind }) => kind === current.kind);
    if (handler?.isCancellable === false) throw problem('INVALID_STATE', 'A job of this kind is not to be cancelled.');
    const row = await store.cancelJob(tx, current);
    if (row.state === 'cancelled') {
      await handler?.ended?.(tx, row);
      await store.forgetOldJobs(tx, row.environment_id, jobLimits);
    }
    await recordChange(tx, ctx.newId, {
      ...environmentScope(),
      ...currentAuthor(),
      action: 'event-job.cancel',
      resource: { kind: 'event-job', id: row.id, key: row.kind },
      before: { state: current.state },
      after: { state: row.state },
    });
    return jobMessage(row);
  });
}

/** @throws NOT_FOUND also where it is another environment's */
async function requireJob(tx: Tx, id: string, lock = false): Promise<store.JobRow> {
  const row = isUuid(id) ? await store.findJob(tx, id, lock) : undefined;
  if (row === undefined || row.environment_id !== environmentScope().environmentId)
    throw problem('NOT_FOUND', 'There is no such job in this environment.');
  return row;
}
