import { z } from 'zod';
import { timestampField } from '../fields.ts';

const format = z.enum(['csv', 'jsonl', 'parquet']).describe('`jsonl`: an object in each line.');

const mappedField = z.strictObject({
  field: z.string().describe('A field of the items: `key`, `at`, `value`, `context.user`, `properties.plan` …'),
  column: z.string().optional().describe('Where it comes from: the name of a column.'),
  constant: z.string().optional().describe('Instead of a column: the same for all rows.'),
  as: z
    .enum(['text', 'number', 'boolean', 'json'])
    .optional()
    .describe('What it becomes; what the field usually is where left out.'),
});

export const newImport = z
  .strictObject({
    format,
    sizeBytes: z.number().int().min(1).describe('Of the whole file.'),
    fileName: z.string().optional().describe('For people.'),
    sha256: z
      .string()
      .optional()
      .describe(
        'SHA-256 of the file, hexadecimal: the unfinished import of the same file is answered, and a finished one refused.',
      ),
    itemType: z.enum(['event', 'exposure', 'identify']).optional().describe('What the rows are; `event` where left out.'),
    mapping: z
      .array(mappedField)
      .optional()
      .describe('Where fields come from. Where left out, from the columns of the same names; other columns are left aside.'),
    timeUnit: z
      .enum(['milliseconds', 'seconds', 'microseconds'])
      .optional()
      .describe('Of times that are numbers, since 1970; `milliseconds` where left out.'),
    delimiter: z.string().optional().describe('Of CSV; a comma where left out.'),
    again: z.boolean().optional().describe('Imports a file that was imported before once more.'),
  })
  .meta({ id: 'NewImport', examples: [{ format: 'csv', sizeBytes: 48_211, fileName: 'orders.csv' }] });

export const pieceQuery = z.strictObject({
  offset: z.coerce.number().int().min(0).describe('Where the bytes begin in the file.'),
});

export const piece = z.unknown().meta({ id: 'ImportPiece', description: 'Bytes of the file.' });

export const exportQuery = z.strictObject({
  what: z.enum(['events', 'exposures']).describe('What the file holds: a row for each item.'),
  format,
  from: timestampField.describe('The first moment, RFC 3339.'),
  to: timestampField.describe('The moment before which items happened, RFC 3339; at most 400 days later.'),
  forSpreadsheets: z
    .enum(['true', 'false'])
    .optional()
    .describe('Of CSV: texts that a spreadsheet would take for a formula begin with an apostrophe.'),
});
