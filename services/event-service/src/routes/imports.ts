import { setTimeout as wait } from 'node:timers/promises';
import { isUuid } from '@stitchd/core';
import * as store from '@stitchd/db/event';
import { recordChange } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { transferLimits } from '@stitchd/events';
import type { EventJob } from '@stitchd/proto/event/v1/job';
import type { AppendImportRequest, CreateImportRequest, GetImportRequest } from '@stitchd/proto/event/v1/transfer';
import { currentAuthor, currentPrincipal, environmentScope, problem } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { readImportRequest } from '../imports/read-import-request.ts';
import {
  asJobFields,
  importKind,
  importProgressOf,
  importRequestOf,
  newImportProgress,
  type StoredImport,
} from '../imports/stored-import.ts';
import { jobLimits } from '../jobs/job-limits.ts';
import { jobMessage } from '../jobs/job-message.ts';

/** The unfinished import of the same file goes on: whoever lost its answer, or its place, asks again. */
export async function createImport(ctx: EventContext, message: CreateImportRequest): Promise<EventJob> {
  const scope = environmentScope();
  const request = readImportRequest(message, backfillDays());
  const job = await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const existing = await sameFile(tx, scope.environmentId, request, message.again);
    if (existing !== undefined) return existing;
    await refuseWithoutRoom(tx, scope.environmentId, request);
    const id = ctx.newId();
    const row = await store.enqueueJob(
      tx,
      {
        ...scope,
        id,
        kind: importKind,
        request: asJobFields(request),
        progress: asJobFields(newImportProgress(ctx.nowMs())),
        createdBy: currentPrincipal().name,
        // Its first bytes make it due: until then no worker takes it, and who changes their mind cancels it at once.
        pauseMs: transferLimits.idleHours * 3_600_000,
      },
      jobLimits.unfinishedJobs,
    );
    if (row === undefined) throw tooMany(`An environment has at most ${jobLimits.unfinishedJobs} unfinished imports.`);
    await recordChange(tx, ctx.newId, {
      ...scope,
      ...currentAuthor(),
      action: 'import.create',
      resource: { kind: 'event-job', id, key: request.fileName === '' ? importKind : request.fileName },
      after: { format: request.format, sizeBytes: request.sizeBytes, itemType: request.itemType },
    });
    return row;
  });
  return jobMessage(job);
}

/** @throws PERMISSION_DENIED for a key without the right to backfill */
function backfillDays(): number {
  const { kind, backfillDays: ofKey } = currentPrincipal();
  if (kind !== 'sdk-key') return transferLimits.backfillDays;
  if (ofKey === undefined || ofKey === 0) throw problem('PERMISSION_DENIED', 'The key has no right to send items of the past.');
  return ofKey;
}

async function sameFile(tx: Tx, environmentId: string, request: StoredImport, again: boolean): Promise<store.JobRow | undefined> {
  if (request.sha256 === '') return undefined;
  const existing = await store.findImportOf(tx, environmentId, request.sha256);
  if (existing === undefined) return undefined;
  if (existing.state === 'succeeded') {
    if (again) return undefined;
    throw problem('ALREADY_EXISTS', `This file was imported before, by the job ${existing.id}; say "again" to import it again.`);
  }
  const { itemType, mapping, timeUnit, delimiter, format } = importRequestOf(existing);
  const isSame = JSON.stringify([itemType, mapping, timeUnit, delimiter, format]) === JSON.stringify(settingsOf(request));
  if (!isSame) throw problem('CONFLICT', `The job ${existing.id} imports this file with other settings; cancel it first.`);
  return existing;
}

function settingsOf({ itemType, mapping, timeUnit, delimiter, format }: StoredImport): readonly unknown[] {
  return [itemType, mapping, timeUnit, delimiter, format];
}

/** What an import may have uploaded and not read. */
function roomOf({ format, sizeBytes }: StoredImport): number {
  return format === 'parquet' ? sizeBytes : Math.min(sizeBytes, transferLimits.aheadBytes);
}

/** Each import gets the room that it needs to come to its end, or does not begin. */
async function refuseWithoutRoom(tx: Tx, environmentId: string, request: StoredImport): Promise<void> {
  const unfinished = await store.unfinishedImports(tx, environmentId);
  const taken = unfinished.reduce((sum, row) => sum + roomOf(importRequestOf(row)), 0);
  if (taken + roomOf(request) > transferLimits.environmentBytes)
    throw tooMany('The unfinished imports of the environment need all the room there is; begin this one when one has ended.');
}

const tooMany = (detail: string) => problem('TOO_MANY_JOBS', detail);

/** Takes what has not been taken, when there is room for it. */
export async function appendImport(ctx: EventContext, request: AppendImportRequest): Promise<EventJob> {
  const { organisationId } = environmentScope();
  if (request.data.length > transferLimits.pieceBytes)
    throw problem('BODY_TOO_LARGE', `A piece has at most ${transferLimits.pieceBytes} bytes.`);
  const untilMs = ctx.nowMs() + transferLimits.roomWaitMs;
  for (;;) {
    const row = await ctx.database.inTenant(organisationId, (tx) => append(ctx, tx, request));
    if (row !== undefined) {
      ctx.wakeJobs();
      return jobMessage(row);
    }
    if (ctx.nowMs() >= untilMs)
      throw problem('RATE_LIMITED', 'What was uploaded has to be read first; send the piece again later.');
    await wait(transferLimits.roomPollMs);
  }
}

/** @returns undefined where there is no room now */
async function append(ctx: EventContext, tx: Tx, { id, offset, data }: AppendImportRequest): Promise<store.JobRow | undefined> {
  const row = await requireImport(tx, id, true);
  const request = importRequestOf(row);
  const { receivedBytes, consumedBytes } = importProgressOf(row);
  const from = Number(offset);
  const end = from + data.length;
  if (end > request.sizeBytes)
    throw problem('VALIDATION_FAILED', `The file was said to have ${request.sizeBytes} bytes, and this piece goes beyond them.`);
  if (end <= receivedBytes) return row;
  if (row.state !== 'waiting' && row.state !== 'running') throw problem('INVALID_STATE', `The import has ended: ${row.state}.`);
  if (from > receivedBytes)
    throw problem('CONFLICT', `The file is here up to byte ${receivedBytes}; go on from there, not from ${from}.`);
  if (end - consumedBytes > roomOf(request) + transferLimits.pieceBytes) return undefined;
  await store.addImportData(tx, row, receivedBytes, data.subarray(receivedBytes - from));
  const updated = await store.mergeProgress(tx, row.id, { receivedBytes: end, lastReceivedAtMs: ctx.nowMs() });
  if (request.format !== 'parquet' || end === request.sizeBytes) await store.makeJobDue(tx, row.id);
  return updated;
}

export async function getImport(ctx: EventContext, { id }: GetImportRequest): Promise<EventJob> {
  const { organisationId } = environmentScope();
  return jobMessage(await ctx.database.inTenant(organisationId, (tx) => requireImport(tx, id, false)));
}

async function requireImport(tx: Tx, id: string, lock: boolean): Promise<store.JobRow> {
  const row = isUuid(id) ? await store.findJob(tx, id, lock) : undefined;
  if (row === undefined || row.kind !== importKind || row.environment_id !== environmentScope().environmentId)
    throw problem('NOT_FOUND', 'There is no such import in this environment.');
  return row;
}
