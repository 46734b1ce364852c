const formats = { csv: 'csv', jsonl: 'jsonl', ndjson: 'jsonl', parquet: 'parquet' } as const;

/** The format that a file's name says; undefined where it says none that can be imported. */
export function formatOf(fileName: string): 'csv' | 'jsonl' | 'parquet' | undefined {
  const ending = fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(formats, ending) ? formats[ending as keyof typeof formats] : undefined;
}
