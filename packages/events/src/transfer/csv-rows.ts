import { createTextRows, type TextPosition, type TextRows } from './text-rows.ts';
import { transferLimits } from './transfer-limits.ts';
import { UnreadableFile, type ImportRecord } from './found-row.ts';

/** Rows of CSV (RFC 4180): the first holds the names of the columns. */
export interface CsvRows extends TextRows {
  /** Undefined until the header was read. */
  readonly columns: () => readonly string[] | undefined;
}

/**
 * @param options.columns - where the header was read before
 * @param options.delimiter - one character
 */
export function createCsvRows(options: {
  readonly from: TextPosition;
  readonly columns: readonly string[] | undefined;
  readonly delimiter: string;
}): CsvRows {
  let { columns } = options;
  const rows = createTextRows({
    from: options.from,
    isQuoted: true,
    read(text) {
      const fields = csvFields(text, options.delimiter);
      if (columns === undefined) {
        columns = headerOf(fields);
        return undefined;
      }
      if (fields === undefined) return { record: undefined, problem: 'The quotation marks of the row are wrong.' };
      if (fields.length !== columns.length)
        return { record: undefined, problem: `The row has ${fields.length} fields, the header ${columns.length}.` };
      return { record: recordOf(columns, fields), problem: '' };
    },
  });
  return { ...rows, columns: () => columns };
}

function headerOf(fields: readonly string[] | undefined): readonly string[] {
  if (fields === undefined) throw new UnreadableFile('The quotation marks of the header are wrong.');
  if (fields.length > transferLimits.columns)
    throw new UnreadableFile(`The header has more than ${transferLimits.columns} columns.`);
  if (new Set(fields).size < fields.length) throw new UnreadableFile('The header names a column twice.');
  return fields;
}

/** An empty field is none. */
function recordOf(columns: readonly string[], fields: readonly string[]): ImportRecord {
  const record: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [index, column] of columns.entries()) {
    const field = fields[index];
    if (field !== '' && field !== undefined) record[column] = field;
  }
  return record;
}

/** The fields of one row; undefined where its quotation marks are wrong. */
export function csvFields(text: string, delimiter: string): readonly string[] | undefined {
  if (!text.includes('"')) return text.split(delimiter);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      const field = quotedField(text, at);
      if (field === undefined) return undefined;
      fields.push(field.value);
      at = field.next;
      if (at < text.length && text[at] !== delimiter) return undefined;
    } else {
      const next = text.indexOf(delimiter, at);
      const value = text.slice(at, next === -1 ? text.length : next);
      if (value.includes('"')) return undefined;
      fields.push(value);
      at = next === -1 ? text.length : next;
    }
    if (at >= text.length) return fields;
    at++;
    if (at === text.length) return [...fields, ''];
  }
}

function quotedField(text: string, open: number): { readonly value: string; readonly next: number } | undefined {
  let value = '';
  let at = open + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close === -1) return undefined;
    value += text.slice(at, close);
    if (text[close + 1] !== '"') return { value, next: close + 1 };
    value += '"';
    at = close + 2;
  }
}
