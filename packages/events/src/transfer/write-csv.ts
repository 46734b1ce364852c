import { noBytes, type ExportColumn, type ExportRow, type RowWriter } from './export-column.ts';

/**
 * CSV as RFC 4180 has it, with a header. Values are written as they are, so that what is imported again is the same.
 * @param options.forSpreadsheets - texts that a spreadsheet would take for a formula begin with an apostrophe
 */
export function createCsvWriter(columns: readonly ExportColumn[], options: { readonly forSpreadsheets: boolean }): RowWriter {
  const line = (row: ExportRow): string =>
    `${row.map((value, index) => field(value, columns[index]?.type === 'time', options.forSpreadsheets)).join(',')}\r\n`;
  return {
    begin: () => Buffer.from(`${columns.map(({ name }) => field(name, false, false)).join(',')}\r\n`),
    rows: (rows) => Buffer.from(rows.map(line).join('')),
    end: () => noBytes,
  };
}

const special = /[",\r\n]/;
const formula = /^[=+\-@\t\r]/;

function field(value: string | number | null, isTime: boolean, forSpreadsheets: boolean): string {
  if (value === null) return '';
  if (typeof value === 'number') return isTime ? new Date(value).toISOString() : String(value);
  const text = forSpreadsheets && formula.test(value) ? `'${value}` : value;
  return special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
