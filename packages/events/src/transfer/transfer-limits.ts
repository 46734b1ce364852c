const mebibyte = 1_024 * 1_024;

/** Limits of imports and exports, in one place. */
export const transferLimits = {
  /** Bytes of a file that is read while it is uploaded (CSV and JSON lines), and of one that has to be whole first (Parquet). */
  fileBytes: 10 * 1_024 * mebibyte,
  parquetBytes: 512 * mebibyte,
  /** Bytes of one piece of an upload. */
  pieceBytes: 4 * mebibyte,
  /** How far an upload may be ahead of its reading; and of all unfinished imports of an environment together. */
  aheadBytes: 32 * mebibyte,
  environmentBytes: 1_024 * mebibyte,
  /** How long a piece waits for the reader before it is refused; an upload that brings nothing for so long is given up. */
  roomWaitMs: 10_000,
  roomPollMs: 100,
  idleHours: 24,
  /** One row of CSV or JSON lines. */
  rowBytes: 256 * 1_024,
  columns: 500,
  /** Entries of a mapping, and characters of a name in it. */
  mappedFields: 200,
  nameCharacters: 200,
  /** Rows that are checked and stored together: as many as a batch of an SDK has items. */
  batchRows: 1_000,
  /** Rows of Parquet that are decoded at a time, and bytes of a row group before compression. */
  parquetRows: 20_000,
  rowGroupBytes: 256 * mebibyte,
  /** Rejected rows that are shown, by the order of the file. */
  shownRejections: 100,
  /** How far back people may import; a key goes as far as its right to backfill. */
  backfillDays: 3_650,
  /** Share of the spool's room, in percent, from which on imports wait: the rest is for what comes now. */
  spoolPercent: 25,
  spoolWaitMs: 500,
  /** Times that a batch is refused before the import waits as a whole. */
  refusals: 60,
  /** Days of one export, and exports of an environment at once, in each replica of event-service. */
  exportDays: 400,
  exports: 2,
  /** Rows, and bytes as they are stored, that an export reads at a time. */
  sliceRows: 20_000,
  sliceBytes: 16 * mebibyte,
  /** Pieces into which the hour with the most items may be cut. */
  slicesPerHour: 4_096,
  /** Bytes that an export sends at a time. */
  chunkBytes: 64 * 1_024,
  /** Units of one experiment that are read at a time. */
  sliceUnits: 20_000,
} as const;
