import { isUtf8 } from 'node:buffer';
import { transferLimits } from './transfer-limits.ts';
import { UnreadableFile, type FoundRow } from './found-row.ts';

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const nothing = Buffer.alloc(0);

/** Cuts a text file into rows as its bytes come, and keeps no more of it than the row that is not whole yet. */
export interface TextRows {
  /** The rows that end in these bytes. @throws UnreadableFile */
  readonly push: (bytes: Uint8Array) => readonly FoundRow[];
  /** The last row, where nothing ends it. @throws UnreadableFile */
  readonly end: () => readonly FoundRow[];
}

/** Where a reader takes up a file that was read in part. */
export interface TextPosition {
  /** Bytes before it. */
  readonly offset: number;
  /** Rows before it. */
  readonly rows: number;
}

/**
 * @param options.isQuoted - whether a line feed between quotes belongs to the row, as in CSV
 * @param options.read - the record in a row's text, or why there is none; undefined where the row is no data, as a header
 */
export function createTextRows(options: {
  readonly from: TextPosition;
  readonly isQuoted: boolean;
  readonly read: (text: string) => { readonly record: FoundRow['record']; readonly problem: string } | undefined;
}): TextRows {
  let rest: Buffer = nothing;
  let { offset, rows } = options.from;
  let scanned = 0;
  let isInQuotes = false;

  const rowOf = (bytes: Buffer, end: number): FoundRow | undefined => {
    const isFirst = offset === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    const start = isFirst ? 3 : 0;
    const last = bytes.length > start && bytes[bytes.length - 1] === carriageReturn ? bytes.length - 1 : bytes.length;
    const body = bytes.subarray(start, last);
    offset += end;
    if (body.length === 0) return undefined;
    if (!isUtf8(body)) return { row: ++rows, end: offset, record: undefined, problem: 'The row is not UTF-8.' };
    const read = options.read(body.toString('utf8'));
    return read && { row: ++rows, end: offset, ...read };
  };
  const refuseLong = (): void => {
    if (rest.length > transferLimits.rowBytes)
      throw new UnreadableFile(
        `Row ${rows + 1} is longer than ${transferLimits.rowBytes} bytes${options.isQuoted ? '; is a quotation mark missing?' : '.'}`,
      );
  };
  return {
    push(bytes) {
      const found: FoundRow[] = [];
      const data = rest.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : Buffer.concat([rest, bytes]);
      let start = 0;
      for (let at = scanned; at < data.length; at++) {
        const byte = data[at];
        // A doubled quotation mark opens and closes: only an even number of them lies before the end of a row.
        if (byte === quote && options.isQuoted) isInQuotes = !isInQuotes;
        else if (byte === lineFeed && !isInQuotes) {
          const row = rowOf(data.subarray(start, at), at + 1 - start);
          if (row !== undefined) found.push(row);
          start = at + 1;
        }
      }
      rest = data.subarray(start);
      scanned = rest.length;
      refuseLong();
      return found;
    },
    end() {
      if (isInQuotes) throw new UnreadableFile('The file ends between quotation marks.');
      const row = rest.length === 0 ? undefined : rowOf(rest, rest.length);
      rest = nothing;
      return row === undefined ? [] : [row];
    },
  };
}
