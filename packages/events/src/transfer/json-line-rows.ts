import { createTextRows, type TextPosition, type TextRows } from './text-rows.ts';
import type { ImportRecord } from './found-row.ts';

/** Rows of JSON lines: an object in each line. */
export function createJsonLineRows(from: TextPosition): TextRows {
  return createTextRows({
    from,
    isQuoted: false,
    read(text) {
      if (text.trim() === '') return undefined;
      const value = parsed(text);
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return { record: undefined, problem: 'The row is no JSON object.' };
      return { record: value as ImportRecord, problem: '' };
    },
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
