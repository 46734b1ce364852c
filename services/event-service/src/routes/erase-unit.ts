import { create } from '@bufbuild/protobuf';
import { timestampFromDate, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { isUuid, maxKindLength, maxUnitLength } from '@stitchd/core';
import * as store from '@stitchd/db/event';
import { projectOfEnvironment, recordChange } from '@stitchd/db/platform';
import { isStorableText, type Tx } from '@stitchd/db/postgres';
import { UnitErasureRequestSchema, type EraseUnitRequest, type UnitErasureRequest } from '@stitchd/proto/event/v1/erasure';
import { currentAuthor, environmentScope, organisationScope, problem, type EnvironmentScope } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { refuseProblems, type FieldProblem } from '../definitions/read-fields.ts';
import { settingsOf } from '../environment-settings/environment-settings.ts';
import { erasureJobKind } from '../erasure/erasure-job.ts';
import { erasureLimits } from '../erasure/erasure-limits.ts';
import { unitKeyHash } from '../erasure/sealed-names.ts';
import { jobMessage } from '../jobs/job-message.ts';

/** Takes the request and lets a job do it. Neither the audit log nor the job tell the key. */
export async function eraseUnit(ctx: EventContext, request: EraseUnitRequest): Promise<UnitErasureRequest> {
  refuseProblems(unitProblems(request));
  const organisationId = organisationScope();
  const message = await ctx.database.inTenant(organisationId, async (tx) => {
    const scope = await scopeOf(tx, organisationId, request.environmentId);
    const keyHash = unitKeyHash(request.contextKind, request.key);
    const jobId = await jobFor(ctx, tx, scope);
    const known = await store.findErasureInJob(tx, jobId, keyHash);
    const erasure = known ?? (await addErasure(ctx, tx, scope, { request, jobId, keyHash }));
    return erasureMessage(erasure, await store.findJob(tx, jobId));
  });
  ctx.wakeJobs();
  return message;
}

function unitProblems({ contextKind, key }: EraseUnitRequest): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const check = (path: string, text: string, most: number): void => {
    if (text === '' || text.length > most || !isStorableText(text))
      problems.push({ path, message: `must be a text of 1 to ${most} characters` });
  };
  check('kind', contextKind, maxKindLength);
  check('key', key, maxUnitLength);
  return problems;
}

/** @throws NOT_FOUND */
async function scopeOf(tx: Tx, organisationId: string, environmentId: string): Promise<EnvironmentScope> {
  if (environmentId === '') return environmentScope();
  const projectId = isUuid(environmentId) ? await projectOfEnvironment(tx, environmentId) : undefined;
  if (projectId === undefined) throw problem('NOT_FOUND', 'There is no such environment.');
  return { organisationId, projectId, environmentId };
}

/**
 * The job that the unit goes with: one that has not begun or is to be tried again, or a new one.
 * @throws RATE_LIMITED where as much waits as may
 */
async function jobFor(ctx: EventContext, tx: Tx, scope: EnvironmentScope): Promise<string> {
  const waiting = await store.waitingErasureJob(tx, scope.environmentId, erasureJobKind);
  if (waiting !== undefined && (await store.countErasuresOfJob(tx, waiting)) < erasureLimits.unitsPerJob) return waiting;
  const job = { ...scope, id: ctx.newId(), kind: erasureJobKind, request: {}, createdBy: currentAuthor().actor.name };
  const enqueued = await store.enqueueJob(tx, job, erasureLimits.unfinishedJobs);
  if (enqueued !== undefined) return enqueued.id;
  throw problem('RATE_LIMITED', 'So many units are to be erased in this environment already; ask again when a job has ended.');
}

async function addErasure(
  ctx: EventContext,
  tx: Tx,
  scope: EnvironmentScope,
  { request, jobId, keyHash }: { readonly request: EraseUnitRequest; readonly jobId: string; readonly keyHash: Buffer },
): Promise<store.ErasureRow> {
  const settings = settingsOf(await store.findEnvironmentSettings(tx, scope.environmentId));
  const names = ctx.unitNames.namesOf(scope.environmentId, settings, request.contextKind, request.key);
  const id = ctx.newId();
  const { actor, requestId } = currentAuthor();
  const erasure = await store.insertErasure(tx, {
    ...scope,
    id,
    jobId,
    kind: request.contextKind,
    keyHash,
    sealedNames: ctx.sealedNames.seal(id, names),
    requestedBy: actor.name,
  });
  await recordChange(tx, ctx.newId, {
    ...scope,
    actor,
    requestId,
    action: 'unit.erase',
    resource: { kind: 'unit', id, key: keyHash.toString('hex') },
    after: { contextKind: request.contextKind, job: jobId },
  });
  return erasure;
}

function erasureMessage(row: store.ErasureRow, job: store.JobRow | undefined): UnitErasureRequest {
  return create(UnitErasureRequestSchema, {
    id: row.id,
    contextKind: row.kind,
    keyHash: row.key_hash.toString('hex'),
    requestedAt: timestampFromDate(row.requested_at),
    finishBy: timestampFromMs(row.requested_at.getTime() + erasureLimits.hours * 3_600_000),
    job: job && jobMessage(job),
  });
}
