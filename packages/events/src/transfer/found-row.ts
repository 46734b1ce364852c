/** One row of a file that is imported, by column. */
export type ImportRecord = Readonly<Record<string, unknown>>;

/** A row, or what is in its place. */
export interface FoundRow {
  /** Its place among the file's rows, from 1; the header of CSV is not counted. */
  readonly row: number;
  /** Where the next row begins: bytes from the beginning of the file. */
  readonly end: number;
  /** Undefined where it can't be read. */
  readonly record: ImportRecord | undefined;
  /** Why it can't be read. */
  readonly problem: string;
}

/** The file as a whole is not what it was said to be; nothing after this place can be read. */
export class UnreadableFile extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableFile';
  }
}
