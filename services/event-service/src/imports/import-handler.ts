import { dropImportData, readImportPiece } from '@stitchd/db/event';
import {
  createCsvRows,
  createJsonLineRows,
  openParquetFile,
  transferLimits,
  UnreadableFile,
  type FoundRow,
} from '@stitchd/events';
import type { EventContext } from '../context.ts';
import { JobFailed } from '../jobs/job-failure.ts';
import type { JobHandler, JobOutcome, RunningJob } from '../jobs/job-handler.ts';
import { createRowTaker, type RowTaker } from './row-taker.ts';
import { asJobFields, importKind, importProgressOf, importRequestOf, type StoredImport } from './stored-import.ts';

const idleMs = transferLimits.idleHours * 3_600_000;
const wholeFile = Number.MAX_SAFE_INTEGER;

type Context = EventContext;

/** Reads what was uploaded and brings its rows on the way of all items. */
export function createImportHandler(ctx: Context): JobHandler {
  return {
    kind: importKind,
    isCancellable: true,
    async attempt(job) {
      const request = importRequestOf(job.row);
      try {
        return request.format === 'parquet' ? await readParquet(ctx, job, request) : await readText(ctx, job, request);
      } catch (error) {
        if (error instanceof UnreadableFile) throw new JobFailed('FILE_UNREADABLE', error.message);
        throw error;
      }
    },
    ended: (tx, row) => dropImportData(tx, row.id, wholeFile),
  };
}

/** As far as there is something to read. */
async function readText(ctx: Context, job: RunningJob, request: StoredImport): Promise<JobOutcome> {
  const progress = importProgressOf(job.row);
  const taker = createRowTaker(ctx, job);
  const from = { offset: progress.consumedBytes, rows: progress.rows };
  const columns = progress.columns.length > 0 ? progress.columns : undefined;
  const csv = request.format === 'csv' ? createCsvRows({ from, columns, delimiter: request.delimiter }) : undefined;
  const rows = csv ?? createJsonLineRows(from);
  const take = async (found: readonly FoundRow[]): Promise<void> => {
    if (columns === undefined && csv?.columns() !== undefined) taker.setColumns(csv.columns() ?? []);
    await taker.take(found);
    await keep(job, taker);
  };
  let position = progress.consumedBytes;
  for (;;) {
    const piece = await job.inTenant((tx) => readImportPiece(tx, job.row.id, position));
    if (piece === undefined) break;
    position += piece.data.length;
    await take(rows.push(piece.data));
  }
  if (position < request.sizeBytes) return waitForUpload(ctx, job, position);
  await take(rows.end());
  return { kind: 'done' };
}

/** Its last bytes say where everything is, so it has to be whole. */
async function readParquet(ctx: Context, job: RunningJob, request: StoredImport): Promise<JobOutcome> {
  const progress = importProgressOf(job.row);
  if (progress.receivedBytes < request.sizeBytes) return waitForUpload(ctx, job, progress.receivedBytes);
  const file = await openParquetFile(request.sizeBytes, (start, end) => readRange(job, start, end));
  const taker = createRowTaker(ctx, job);
  taker.setColumns(file.columns);
  for (let row = progress.rows; row < file.rows;) {
    const end = file.endOfSlice(row);
    const records = await file.read(row, end);
    const consumedBytes = Math.floor((request.sizeBytes * end) / file.rows);
    await taker.take(records.map((record, index) => ({ record, row: row + index + 1, end: consumedBytes, problem: '' })));
    row = end;
    await job.checkpoint(asJobFields(taker.tally()));
  }
  return { kind: 'done' };
}

async function readRange(job: RunningJob, start: number, end: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = start; at < end;) {
    const piece = await job.inTenant((tx) => readImportPiece(tx, job.row.id, at));
    if (piece === undefined) throw new Error(`the upload has no byte ${at}`);
    parts.push(piece.data.subarray(0, end - at));
    at += piece.data.length;
  }
  return Buffer.concat(parts);
}

/** What has been read is needed no more, from the moment that the count of its rows is kept. */
function keep(job: RunningJob, taker: RowTaker): Promise<void> {
  const tally = taker.tally();
  return job.checkpoint(asJobFields(tally), (tx) => dropImportData(tx, job.row.id, tally.consumedBytes));
}

/** @param read - the bytes that are dealt with, or begin a row that is not whole */
function waitForUpload(ctx: Context, job: RunningJob, read: number): JobOutcome {
  const { receivedBytes, lastReceivedAtMs } = importProgressOf(job.row);
  if (receivedBytes <= read && ctx.nowMs() - lastReceivedAtMs >= idleMs)
    throw new JobFailed('UPLOAD_ABANDONED', `Nothing was uploaded for ${transferLimits.idleHours} hours.`);
  return { kind: 'parked', pauseMs: idleMs, isDue: (row) => importProgressOf(row).receivedBytes > read };
}
