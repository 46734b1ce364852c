import {
  countRowsOfUnits,
  deleteRows,
  hashUnits,
  ofUnits,
  unfinishedDeletions,
  type EventStore,
  type HashedUnit,
} from '@stitchd/db/clickhouse';
import * as store from '@stitchd/db/event';
import type { Database } from '@stitchd/db/postgres';
import type { Logger } from '@stitchd/service-kit';
import { JobFailed } from '../jobs/job-failure.ts';
import type { JobHandler, JobOutcome, RunningJob } from '../jobs/job-handler.ts';
import { erasureLimits } from './erasure-limits.ts';
import { erasureJobKind } from './erasure-job.ts';
import type { SealedNames } from './sealed-names.ts';

export interface EraseParts {
  readonly database: Database;
  readonly store: EventStore;
  readonly sealedNames: SealedNames;
  readonly nowMs: () => number;
  readonly log: Logger;
}

/** What a job tells of itself. */
interface Progress {
  readonly units: number;
  /** Rows that were deleted, by table, copies included. */
  readonly deleted: Readonly<Record<string, number>>;
  /** What is waited for; absent at the end. */
  readonly waitingFor?: 'spools' | 'imports' | 'derived rows';
  /** That no table had a row any more when this was read. */
  readonly provenAt?: string;
}

/**
 * Erases the units of one job. First whatever is there, at once; then what comes from spools and imports; and when nothing can
 * come any more, until a look at every table has found nothing twice, some minutes apart.
 */
export function eraseUnits(parts: EraseParts): JobHandler {
  return { kind: erasureJobKind, isCancellable: false, isTriedUntilDone: true, attempt: (job) => attempt(parts, job) };
}

async function attempt(parts: EraseParts, job: RunningJob): Promise<JobOutcome> {
  const { row, scope } = job;
  const erasures = await job.inTenant((tx) => store.unfinishedErasures(tx, row.id));
  const [oldest] = erasures;
  if (oldest === undefined) return { kind: 'done' };
  tellOverdue(parts, job, oldest.requested_at);
  const latest = erasures.at(-1)?.requested_at ?? oldest.requested_at;
  // Before anything is counted: what came until then is seen.
  const coming = await stillComing(job, latest);
  const units = await hashUnits(
    parts.store,
    erasures.flatMap((erasure) => namesOf(parts, erasure)),
  );
  const deleted = await deleteAll(parts, job, units);
  const found = Object.values(deleted).reduce((sum, rows) => sum + rows, 0);
  const isSettled =
    coming === undefined &&
    found === 0 &&
    erasures.every(({ clean_since: since }) => since !== null && since.getTime() + erasureLimits.settleMs <= parts.nowMs());
  const progress: Progress = {
    units: erasures.length,
    deleted: added(row.progress['deleted'], deleted),
    ...(isSettled ? { provenAt: new Date(parts.nowMs()).toISOString() } : { waitingFor: coming ?? 'derived rows' }),
  };
  await job.checkpoint({ ...progress }, async (tx) => {
    if (isSettled) return store.finishErasures(tx, row.id);
    if (coming !== undefined) return store.markErasuresClean(tx, row.id, false);
    const isFirst = erasures.some(({ clean_since: since }) => since === null);
    if (isFirst || found > 0) await store.markErasuresClean(tx, row.id, true);
  });
  if (!isSettled) return { kind: 'parked', pauseMs: erasureLimits.pollMs };
  parts.log.info({ job: row.id, environmentId: scope.environmentId, units: erasures.length }, 'erased units');
  return { kind: 'done' };
}

function tellOverdue({ nowMs, log }: EraseParts, { row }: RunningJob, requestedAt: Date): void {
  const lateMs = nowMs() - requestedAt.getTime() - erasureLimits.hours * 3_600_000;
  if (lateMs > 0) log.error({ job: row.id, lateHours: Math.ceil(lateMs / 3_600_000) }, 'an erasure is overdue');
}

function namesOf({ sealedNames }: EraseParts, { id, kind, sealed_names: sealed }: store.ErasureRow) {
  const names = sealed === null ? undefined : sealedNames.open(id, sealed);
  if (names === undefined)
    throw new JobFailed('SECRET_KEY_CHANGED', 'The unit was sealed under another STITCHD_SECRET_KEY; ask for its erasure again.');
  return names.map((key) => ({ kind, key }));
}

/** What may still bring rows that were accepted before a moment. */
async function stillComing(job: RunningJob, before: Date): Promise<'spools' | 'imports' | undefined> {
  const { slackMs, missingReplicaMs: missingMs } = erasureLimits;
  return job.inTenant(async (tx) => {
    if (await store.spoolsMayHold(tx, before, { slackMs, missingMs })) return 'spools';
    return (await store.hasUnfinishedImports(tx, job.scope.environmentId, before)) ? 'imports' : undefined;
  });
}

/** @returns how many rows each table had; afterwards none has any of those */
async function deleteAll(
  parts: EraseParts,
  { scope: { environmentId }, signal }: RunningJob,
  units: readonly HashedUnit[],
): Promise<Readonly<Record<string, number>>> {
  const deleted: Record<string, number> = {};
  for (const [table, rows] of await countRowsOfUnits(parts.store, environmentId, units)) {
    if (rows === 0) continue;
    if ((await unfinishedDeletions(parts.store, table)).unfinished >= erasureLimits.deletionsAtOnce)
      throw new JobFailed('EVENT_STORE_BUSY', 'The event store has enough deletions to do.', true);
    await deleteRows(parts.store, { table, where: ofUnits(environmentId, table, units), signal });
    deleted[table] = rows;
  }
  return deleted;
}

function added(before: unknown, now: Readonly<Record<string, number>>): Record<string, number> {
  const sums: Record<string, number> = { ...(before as Readonly<Record<string, number>> | undefined) };
  for (const [table, rows] of Object.entries(now)) sums[table] = (sums[table] ?? 0) + rows;
  return sums;
}
