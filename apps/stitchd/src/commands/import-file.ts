import { stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Schemas } from '@stitchd/rest-client';
import { CommandError } from '../terminal/command-error.ts';
import { createProgress, type Progress } from '../terminal/progress.ts';
import { askPatiently, numberIn, type ImportJob } from '../transfer/import-client.ts';
import { transferAccess, type TransferAccess, type TransferTarget } from '../transfer/transfer-access.ts';
import { fingerprint, uploadFile } from '../transfer/upload-file.ts';

export interface ImportFileOptions extends TransferTarget {
  readonly format?: string;
  readonly type?: string;
  readonly map: readonly string[];
  readonly set: readonly string[];
  readonly timeUnit?: string;
  readonly delimiter?: string;
  readonly again: boolean;
  readonly json: boolean;
}

const pollMs = 500;
const shownRejections = 10;

/** `stitchd import`: brings past items from a file. Begun again after a break, it goes on where it was. */
export async function importFile(file: string, options: ImportFileOptions): Promise<void> {
  const access = transferAccess(options);
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new CommandError(`${file} can not be read`, 'FAILED', { cause });
  });
  const progress = createProgress(process.stderr, Date.now);
  progress.phase('Reading', size);
  const sha256 = await fingerprint(file, progress.advance);
  const begun = await askPatiently(access, access.imports, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(requestOf(file, size, sha256, options)),
  });
  progress.phase('Uploading', size);
  const uploaded = await uploadFile(access, begun, file, size, progress.advance);
  progress.phase('Importing', size);
  const job = await untilEnded(access, uploaded, progress);
  progress.end();
  report(job, options.json);
}

function requestOf(file: string, sizeBytes: number, sha256: string, options: ImportFileOptions): Schemas['NewImport'] {
  const { type, timeUnit, delimiter } = options;
  const mapping = [
    ...options.map.map((text) => pairOf(text, 'map')).map(([field, column]) => ({ ...fieldOf(field), column })),
    ...options.set.map((text) => pairOf(text, 'set')).map(([field, constant]) => ({ ...fieldOf(field), constant })),
  ];
  return {
    format: formatOf(file, options.format),
    sizeBytes,
    sha256,
    fileName: path.basename(file),
    mapping,
    again: options.again,
    ...(type !== undefined && { itemType: type as 'event' }),
    ...(timeUnit !== undefined && { timeUnit: timeUnit as 'seconds' }),
    ...(delimiter !== undefined && { delimiter: delimiter === '\\t' ? '\t' : delimiter }),
  };
}

/** `context.user=customer_id` */
function pairOf(text: string, option: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new CommandError(`--${option} is written field=${option === 'map' ? 'column' : 'value'}, not ${text}`, 'USAGE');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** `properties.items:number` */
function fieldOf(text: string): { readonly field: string; readonly as?: 'text' | 'number' | 'boolean' | 'json' } {
  const [, field = text, as] = /^(.+):(text|number|boolean|json)$/.exec(text) ?? [];
  return { field, ...(as !== undefined && { as: as as 'text' }) };
}

function formatOf(file: string, given: string | undefined): Schemas['NewImport']['format'] {
  const named =
    given ?? { '.csv': 'csv', '.tsv': 'csv', '.jsonl': 'jsonl', '.ndjson': 'jsonl', '.parquet': 'parquet' }[path.extname(file)];
  if (named === 'csv' || named === 'jsonl' || named === 'parquet') return named;
  throw new CommandError('which format? Give --format csv, jsonl or parquet', 'USAGE');
}

async function untilEnded(access: TransferAccess, begun: ImportJob, progress: Progress): Promise<ImportJob> {
  let job = begun;
  while (job.state === 'waiting' || job.state === 'running') {
    await wait(pollMs);
    job = await askPatiently(access, access.jobOf(job.id));
    progress.advance(numberIn(job.progress, 'consumedBytes'));
  }
  return job;
}

/** @throws CommandError where the import failed */
function report(job: ImportJob, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(job)}\n`);
  else for (const line of summaryOf(job)) process.stdout.write(`${line}\n`);
  if (job.state === 'failed') throw new CommandError(`the import failed: ${job.errorMessage} (${job.errorCode})`);
  if (job.state === 'cancelled') throw new CommandError('the import was cancelled');
}

/** What became of the rows, for people. */
export function summaryOf({ id, progress }: Pick<ImportJob, 'id' | 'progress'>): readonly string[] {
  const count = (name: string): string => numberIn(progress, name).toLocaleString('en');
  const rejections = (progress?.['rejections'] ?? []) as readonly { readonly row: number; readonly message: string }[];
  const ignored = (progress?.['ignoredColumns'] ?? []) as readonly string[];
  return [
    `Job ${id}: ${count('rows')} rows, ${count('accepted')} accepted, ${count('rejected')} rejected.`,
    ...(ignored.length > 0 ? [`Columns left aside: ${ignored.join(', ')}`] : []),
    ...rejections.slice(0, shownRejections).map(({ row, message }) => `  row ${row}: ${message}`),
    ...(numberIn(progress, 'rejected') > shownRejections ? ['  …'] : []),
  ];
}
