import { setTimeout as wait } from 'node:timers/promises';
import { createItemMaker, transferLimits, type FoundRow } from '@stitchd/events';
import { isProblem } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { JobFailed } from '../jobs/job-failure.ts';
import type { RunningJob } from '../jobs/job-handler.ts';
import { takeBatch } from '../routes/ingest.ts';
import { importProgressOf, importRequestOf, type ImportTally, type ShownRejection } from './stored-import.ts';

/** Brings rows of an import on the way of all items, and counts what becomes of them. */
export interface RowTaker {
  readonly take: (rows: readonly FoundRow[]) => Promise<void>;
  /** The columns of the file, when they are known. */
  readonly setColumns: (columns: readonly string[]) => void;
  readonly tally: () => ImportTally;
}

type PartOfRow = Pick<FoundRow, 'row' | 'record' | 'problem' | 'end'>;

export function createRowTaker(ctx: EventContext, job: RunningJob): RowTaker {
  const request = importRequestOf(job.row);
  const maker = createItemMaker(request, job.row.id);
  const { receivedBytes: _received, lastReceivedAtMs: _at, ...before } = importProgressOf(job.row);
  let tally: ImportTally = before;

  const reject = (rejections: readonly ShownRejection[]): void => {
    const rejectedByCode = { ...tally.rejectedByCode };
    for (const { code } of rejections) rejectedByCode[code] = (rejectedByCode[code] ?? 0) + 1;
    const room = transferLimits.shownRejections - tally.rejections.length;
    tally = {
      ...tally,
      rejected: tally.rejected + rejections.length,
      rejectedByCode,
      rejections: room > 0 ? [...tally.rejections, ...rejections.slice(0, room)] : tally.rejections,
    };
  };

  const takeSome = async (rows: readonly PartOfRow[]): Promise<void> => {
    const items: unknown[] = [];
    const places: number[] = [];
    const unreadable: ShownRejection[] = [];
    for (const { row, record, problem } of rows) {
      const made = record === undefined ? { kind: 'problem' as const, message: problem } : maker.make(record, row);
      if (made.kind === 'problem') unreadable.push({ row, code: 'ITEM_INVALID', message: made.message });
      else {
        items.push(made.item);
        places.push(row);
      }
    }
    const taken = items.length === 0 ? undefined : await takeWithPatience(ctx, job, request.backfillDays, items);
    const refused = (taken?.rejected ?? []).map(({ index, code, message }) => ({ row: places[index] ?? 0, code, message }));
    reject([...unreadable, ...refused].toSorted((one, other) => one.row - other.row));
    const last = rows.at(-1);
    tally = {
      ...tally,
      consumedBytes: last?.end ?? tally.consumedBytes,
      rows: last?.row ?? tally.rows,
      accepted: tally.accepted + (taken?.accepted ?? 0),
    };
  };

  return {
    async take(rows) {
      for (let at = 0; at < rows.length; at += transferLimits.batchRows) {
        job.signal.throwIfAborted();
        await takeSome(rows.slice(at, at + transferLimits.batchRows));
      }
    },
    setColumns(columns) {
      tally = { ...tally, columns, ignoredColumns: maker.ignoredColumns(columns) };
    },
    tally: () => tally,
  };
}

/** What comes now goes first: an import waits where much waits already, and where there is no room. */
async function takeWithPatience(ctx: EventContext, job: RunningJob, backfillDays: number, items: readonly unknown[]) {
  for (let refusals = 0; ; refusals++) {
    while (ctx.spoolPercent() >= transferLimits.spoolPercent) await wait(transferLimits.spoolWaitMs, undefined, job);
    const arrivalMs = ctx.nowMs();
    const batch = { sentAtMs: arrivalMs, items, unpackedBytes: Number.MAX_SAFE_INTEGER, sdk: { name: 'import', version: '' } };
    try {
      return await takeBatch(ctx, job.scope, batch, { arrivalMs, backfillDays, exposuresOnly: false });
    } catch (error) {
      if (!isProblem(error, 'STORE_UNAVAILABLE') && !isProblem(error, 'RATE_LIMITED')) throw error;
      if (refusals >= transferLimits.refusals)
        throw new JobFailed('STORE_UNAVAILABLE', 'There is no room for more items until the event store answers.', true);
      await wait(transferLimits.spoolWaitMs, undefined, job);
    }
  }
}
