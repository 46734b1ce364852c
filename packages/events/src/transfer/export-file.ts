import type { ExportColumn, ExportRow, RowWriter } from './export-column.ts';
import { transferLimits } from './transfer-limits.ts';
import { createCsvWriter } from './write-csv.ts';
import { createJsonLineWriter } from './write-json-lines.ts';
import { createParquetWriter } from './write-parquet.ts';

/** What an export is made of: parts that are each read whole, so that an error is told before its rows are sent. */
export interface ExportSource {
  readonly columns: readonly ExportColumn[];
  readonly parts: (signal: AbortSignal) => AsyncIterable<readonly ExportRow[]>;
}

export interface ExportFormat {
  /** One of `importFormats`. */
  readonly format: string;
  /** CSV whose texts no spreadsheet takes for formulas. */
  readonly forSpreadsheets: boolean;
}

/** The bytes of a file in pieces, as fast as they are taken. */
export async function* exportFile(
  source: ExportSource,
  format: ExportFormat,
  signal: AbortSignal,
): AsyncGenerator<{ readonly data: Uint8Array }> {
  const writer = writerOf(format, source.columns);
  yield* chunksOf(writer.begin());
  for await (const rows of source.parts(signal)) yield* chunksOf(writer.rows(rows));
  yield* chunksOf(writer.end());
}

function writerOf({ format, forSpreadsheets }: ExportFormat, columns: readonly ExportColumn[]): RowWriter {
  switch (format) {
    case 'parquet':
      return createParquetWriter(columns);
    case 'jsonl':
      return createJsonLineWriter(columns);
    default:
      return createCsvWriter(columns, { forSpreadsheets });
  }
}

function* chunksOf(bytes: Uint8Array): Generator<{ readonly data: Uint8Array }> {
  for (let at = 0; at < bytes.length; at += transferLimits.chunkBytes)
    yield { data: bytes.subarray(at, at + transferLimits.chunkBytes) };
}
