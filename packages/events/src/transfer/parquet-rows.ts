import { parquetMetadataAsync, parquetReadObjects, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { UnreadableFile, type ImportRecord } from './found-row.ts';
import { transferLimits } from './transfer-limits.ts';

/** A Parquet file whose bytes are fetched as they are needed. */
export interface ParquetFile {
  readonly rows: number;
  readonly columns: readonly string[];
  /** Rows [from, to): to is at most `transferLimits.parquetRows` behind from, and in the same row group. @throws UnreadableFile */
  readonly read: (from: number, to: number) => Promise<readonly ImportRecord[]>;
  /** Where the rows that are read with this one end. */
  readonly endOfSlice: (row: number) => number;
}

/** @throws UnreadableFile for what is no Parquet, or has larger row groups than may be read */
export async function openParquetFile(
  byteLength: number,
  slice: (start: number, end: number) => Promise<Uint8Array>,
): Promise<ParquetFile> {
  let fetchFailure: { readonly error: unknown } | undefined;
  const file: AsyncBuffer = {
    byteLength,
    async slice(start, end = byteLength) {
      try {
        const bytes = await slice(start, end);
        return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
      } catch (error) {
        fetchFailure = { error };
        throw error;
      }
    },
  };
  /** Whatever the library says is a fault of the file, unless its bytes could not be fetched. */
  const readable = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (fetchFailure !== undefined) throw fetchFailure.error;
      const reason = error instanceof Error ? error.message.slice(0, 200) : 'it is damaged';
      throw new UnreadableFile(`The file can not be read as Parquet: ${reason}`);
    }
  };
  const metadata = await readable(() => parquetMetadataAsync(file));
  const groupEnds = endsOf(metadata);
  const columns = columnsOf(metadata);
  return {
    rows: groupEnds.at(-1) ?? 0,
    columns,
    endOfSlice(row) {
      const groupEnd = groupEnds.find((end) => end > row) ?? row;
      return Math.min(groupEnd, row + transferLimits.parquetRows);
    },
    read: (rowStart, rowEnd) =>
      readable(() =>
        parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors, useOffsetIndex: true, geoparquet: false }),
      ),
  };
}

/** The last row of each row group, by the rows before it. */
function endsOf(metadata: FileMetaData): readonly number[] {
  const ends: number[] = [];
  for (const group of metadata.row_groups) {
    if (group.total_byte_size > BigInt(transferLimits.rowGroupBytes))
      throw new UnreadableFile(
        `A row group has more than ${transferLimits.rowGroupBytes / 1_024 / 1_024} MiB; write the file with smaller ones.`,
      );
    ends.push((ends.at(-1) ?? 0) + Number(group.num_rows));
  }
  return ends;
}

/** Names at the top level: structures are objects in a record. */
function columnsOf({ schema }: FileMetaData): readonly string[] {
  const columns: string[] = [];
  let at = 1;
  const skip = (): void => {
    const children = schema[at]?.num_children ?? 0;
    at++;
    for (let child = 0; child < children; child++) skip();
  };
  while (at < schema.length) {
    const name = schema[at]?.name;
    if (name !== undefined) columns.push(name);
    skip();
  }
  if (columns.length > transferLimits.columns)
    throw new UnreadableFile(`The file has more than ${transferLimits.columns} columns.`);
  return columns;
}
