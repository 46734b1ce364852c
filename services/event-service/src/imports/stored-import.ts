import type { JobFields, JobRow } from '@stitchd/db/event';
import type { ImportRequest } from '@stitchd/events';

export const importKind = 'import';

/** What an import was asked for, as its job keeps it. */
export interface StoredImport extends ImportRequest {
  readonly sizeBytes: number;
  readonly fileName: string;
  /** Empty: not known. */
  readonly sha256: string;
  /** How far back its rows may lie. */
  readonly backfillDays: number;
}

export interface ShownRejection {
  readonly row: number;
  readonly code: string;
  readonly message: string;
}

/** How far an import is, as its worker knows it. */
export interface ImportTally {
  /** Bytes whose rows were dealt with. */
  readonly consumedBytes: number;
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejectedByCode: Readonly<Record<string, number>>;
  /** The first ones. */
  readonly rejections: readonly ShownRejection[];
  /** Once they are known. */
  readonly columns: readonly string[];
  /** Columns that no field comes from. */
  readonly ignoredColumns: readonly string[];
}

/** The same with what the upload knows. */
export interface ImportProgress extends ImportTally {
  readonly receivedBytes: number;
  readonly lastReceivedAtMs: number;
}

const nothingYet: ImportProgress = {
  receivedBytes: 0,
  lastReceivedAtMs: 0,
  consumedBytes: 0,
  rows: 0,
  accepted: 0,
  rejected: 0,
  rejectedByCode: {},
  rejections: [],
  columns: [],
  ignoredColumns: [],
};

// The columns hold nothing else: this folder alone writes jobs of the kind.

export function importRequestOf({ request }: { readonly request: JobFields }): StoredImport {
  return request as unknown as StoredImport;
}

export function importProgressOf({ progress }: Pick<JobRow, 'progress'>): ImportProgress {
  return { ...nothingYet, ...(progress as unknown as Partial<ImportProgress>) };
}

export function asJobFields(fields: StoredImport | ImportTally | ImportProgress): JobFields {
  return { ...fields } as unknown as JobFields;
}

export function newImportProgress(nowMs: number): ImportProgress {
  return { ...nothingYet, lastReceivedAtMs: nowMs };
}
