import { noBytes, type ExportColumn, type ExportRow, type RowWriter } from './export-column.ts';

/** An object in each line; fields that a row lacks are left out. */
export function createJsonLineWriter(columns: readonly ExportColumn[]): RowWriter {
  const named = columns.map(({ name, type }) => ({ start: `${JSON.stringify(name)}:`, type }));
  const line = (row: ExportRow): string => {
    const fields: string[] = [];
    for (const [index, { start, type }] of named.entries()) {
      const value = row[index];
      if (value === null || value === undefined) continue;
      fields.push(start + (type === 'json' ? String(value) : JSON.stringify(type === 'time' ? isoTime(value) : value)));
    }
    return `{${fields.join(',')}}\n`;
  };
  return {
    begin: () => noBytes,
    rows: (rows) => Buffer.from(rows.map(line).join('')),
    end: () => noBytes,
  };
}

const isoTime = (value: string | number): string => new Date(value).toISOString();
