/** What a column of an export holds. Times are milliseconds since 1970; `json` is JSON text. */
export type ExportType = 'text' | 'time' | 'number' | 'integer' | 'json';

export interface ExportColumn {
  readonly name: string;
  readonly type: ExportType;
}

/** In the order of the columns; null where there is none. */
export type ExportRow = readonly (string | number | null)[];

/** Writes rows in one format, a part at a time. What it gave out it does not keep. */
export interface RowWriter {
  readonly begin: () => Uint8Array;
  readonly rows: (rows: readonly ExportRow[]) => Uint8Array;
  readonly end: () => Uint8Array;
}

export const noBytes: Uint8Array = new Uint8Array(0);
