import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError } from '../terminal/command-error.ts';
import { createProgress } from '../terminal/progress.ts';
import { transferAccess, type TransferTarget } from '../transfer/transfer-access.ts';

export interface ExportFileOptions extends TransferTarget {
  readonly what: string;
  readonly format: string;
  /** The period of events and exposures; an experiment has its own. */
  readonly from?: string;
  readonly to?: string;
  readonly experiment?: string;
  readonly forSpreadsheets: boolean;
  readonly out?: string;
}

/** `stitchd export`: a file has its name only when it is whole. */
export async function exportFile(options: ExportFileOptions): Promise<void> {
  const { environment, authorization } = transferAccess(options);
  if (environment === undefined) throw new CommandError('an export needs --project and --environment, and an API token', 'USAGE');
  const response = await fetch(`${environment}/${wantedFile(options)}`, { headers: { authorization } }).catch(
    (cause: unknown) => {
      throw new CommandError('the product does not answer', 'UNREACHABLE', { cause });
    },
  );
  if (!response.ok || response.body === null) throw new CommandError(await refusalIn(response));
  const progress = createProgress(process.stderr, Date.now);
  progress.phase('Exporting');
  const bytes = await receive(response.body, options.out);
  progress.end();
  process.stderr.write(`${options.out ?? 'standard output'}: ${bytes.toLocaleString('en')} bytes\n`);
}

/** The path below the environment. */
function wantedFile({ experiment, what, format, from, to, forSpreadsheets }: ExportFileOptions): string {
  const query = new URLSearchParams({ format, ...(forSpreadsheets && { forSpreadsheets: 'true' }) });
  if (experiment !== undefined) return `experiments/${encodeURIComponent(experiment)}/units?${query.toString()}`;
  if (from === undefined || to === undefined)
    throw new CommandError('name the period with --from and --to, or an --experiment', 'USAGE');
  return `export?${query.toString()}&${new URLSearchParams({ what, from: timeOf(from), to: timeOf(to) }).toString()}`;
}

async function receive(body: ReadableStream<Uint8Array>, out: string | undefined): Promise<number> {
  let bytes = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  const part = out === undefined ? undefined : `${out}.part`;
  try {
    const target = part === undefined ? process.stdout : createWriteStream(part);
    await pipeline(Readable.from(body as unknown as AsyncIterable<Uint8Array>), counted, target, { end: part !== undefined });
  } catch (cause) {
    if (part !== undefined) await rm(part, { force: true });
    throw new CommandError(`the export broke off after ${bytes} bytes; what has come of it is not whole`, 'FAILED', { cause });
  }
  if (part !== undefined && out !== undefined) await rename(part, out);
  return bytes;
}

/** A day is its first moment, in UTC. */
function timeOf(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new CommandError(`${text} is no time; write 2026-01-31 or 2026-01-31T12:00:00Z`, 'USAGE');
  return time.toISOString();
}

async function refusalIn(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { detail, code } = JSON.parse(text) as { readonly detail?: string; readonly code?: string };
    return `${detail ?? response.statusText} (${code ?? response.status})`;
  } catch {
    return `the product refused (HTTP ${response.status})`;
  }
}
