import { uuidv7, uuidv7TimeMs } from '@stitchd/core';
import { expect, test } from 'vitest';
import { createCsvRows, csvFields } from './csv-rows.ts';
import type { ExportColumn, ExportRow } from './export-column.ts';
import { mappingProblems, type ImportRequest } from './import-request.ts';
import { createJsonLineRows } from './json-line-rows.ts';
import { createItemMaker } from './make-item.ts';
import { openParquetFile } from './parquet-rows.ts';
import type { TextRows } from './text-rows.ts';
import { transferLimits } from './transfer-limits.ts';
import { createCsvWriter } from './write-csv.ts';
import { createJsonLineWriter } from './write-json-lines.ts';
import { createParquetWriter } from './write-parquet.ts';

const start = { offset: 0, rows: 0 };
const request: ImportRequest = { format: 'csv', itemType: 'event', mapping: [], timeUnit: 'milliseconds', delimiter: ',' };

/** Reads a file in pieces of so many bytes. */
function readAll(rows: TextRows, bytes: Uint8Array, pieceBytes: number) {
  const found = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) found.push(...rows.push(bytes.subarray(at, at + pieceBytes)));
  return [...found, ...rows.end()];
}
const csv = (columns?: readonly string[], from = start) => createCsvRows({ from, columns, delimiter: ',' });

const columns: readonly ExportColumn[] = [
  { name: 'id', type: 'text' },
  { name: 'at', type: 'time' },
  { name: 'key', type: 'text' },
  { name: 'value', type: 'number' },
  { name: 'context', type: 'json' },
  { name: 'properties', type: 'json' },
];
const at = Date.UTC(2026, 2, 1, 10, 0, 0, 123);
const awkward = ['a,b', 'say "no"', 'line\nbreak', 'blank\n\ndrop table event', '=1+1', 'ünïcödé 🎲', "it's", '\\N', ' spaced '];
const rows: readonly ExportRow[] = awkward.map((text, index) => [
  uuidv7(at + index, Buffer.alloc(10, index)),
  at + index,
  'purchase',
  [1.7976931348623157e308, 5e-324, -0.1, null, 9_007_199_254_740_991, 0, 1, 2, 3][index] ?? null,
  JSON.stringify({ user: text }),
  index % 2 === 0 ? JSON.stringify({ note: text, n: null, deep: { list: [1, 'x'] } }) : null,
]);
const expected = rows.map(([id, time, key, value, context, properties]) => ({
  type: 'event',
  id,
  at: time,
  key,
  ...(value !== null && { value }),
  context: JSON.parse(String(context)) as unknown,
  ...(properties !== null && { properties: JSON.parse(String(properties)) as unknown }),
}));

function itemsOf(records: readonly (Readonly<Record<string, unknown>> | undefined)[]) {
  const maker = createItemMaker(request, 'import');
  return records.map((record, index) => {
    const made = maker.make(record ?? {}, index + 1);
    return made.kind === 'item' ? made.item : made.message;
  });
}

test.each([1, 7, 4_096])('What is written as CSV or JSON lines is read again as it was, in pieces of %i bytes', (pieceBytes) => {
  for (const [writer, reader] of [
    [createCsvWriter(columns, { forSpreadsheets: false }), csv()],
    [createJsonLineWriter(columns), createJsonLineRows(start)],
  ] as const) {
    const file = Buffer.concat([writer.begin(), writer.rows(rows), writer.end()]);
    expect(itemsOf(readAll(reader, file, pieceBytes).map(({ record }) => record))).toEqual(expected);
  }
});

test('What is written as Parquet in several parts is read again as it was', async () => {
  const writer = createParquetWriter(columns);
  const file = Buffer.concat([writer.begin(), writer.rows(rows.slice(0, 4)), writer.rows(rows.slice(4)), writer.end()]);
  const parquet = await openParquetFile(file.length, async (from, to) => file.subarray(from, to));
  expect(parquet).toMatchObject({ rows: rows.length, columns: columns.map(({ name }) => name) });
  expect(parquet.endOfSlice(0)).toBe(4);
  const records = [...(await parquet.read(0, 4)), ...(await parquet.read(4, parquet.endOfSlice(4)))];
  expect(itemsOf(records)).toEqual(expected);
});

test('A file that is no Parquet is said to be unreadable, and one whose bytes can not be fetched is not', async () => {
  const file = Buffer.from('id,at\n1,2\n');
  await expect(openParquetFile(file.length, async (from, to) => file.subarray(from, to))).rejects.toThrow('as Parquet');
  await expect(openParquetFile(100, () => Promise.reject(new Error('the store is away')))).rejects.toThrow('the store is away');
});

test('Reading goes on at the end of any row with the same rows and numbers', () => {
  const writer = createCsvWriter(columns, { forSpreadsheets: false });
  const file = Buffer.concat([writer.begin(), writer.rows(rows)]);
  const whole = readAll(csv(), file, 50);
  const third = whole[2]!;
  const names = columns.map(({ name }) => name);
  const rest = readAll(csv(names, { offset: third.end, rows: third.row }), file.subarray(third.end), 50);
  expect(rest).toEqual(whole.slice(3));
});

test('Rows that can not be read are named, and the others are read', () => {
  const file = Buffer.concat([
    Buffer.from('\uFEFFkey,at\r\npurchase,1\r\n\r\nonly one\n"a"b,2\n'),
    Buffer.from([0xff, 0x2c, 0x31, 0x0a]),
    Buffer.from('purchase,3'),
  ]);
  expect(readAll(csv(), file, 5).map(({ row, record, problem }) => [row, record?.['at'] ?? problem])).toEqual([
    [1, '1'],
    [2, 'The row has 1 fields, the header 2.'],
    [3, 'The quotation marks of the row are wrong.'],
    [4, 'The row is not UTF-8.'],
    [5, '3'],
  ]);
  const lines = readAll(createJsonLineRows(start), Buffer.from('{"key":"a"}\n\n[1]\nnot json\n'), 3);
  expect(lines.map(({ row, problem }) => `${row} ${problem}`)).toEqual([
    '1 ',
    '2 The row is no JSON object.',
    '3 The row is no JSON object.',
  ]);
});

test('A row above the limit, a quotation that never ends and a header with a name twice make the file unreadable', () => {
  const long = Buffer.alloc(transferLimits.rowBytes + 1, 0x61);
  expect(() => csv().push(long)).toThrow(`longer than ${transferLimits.rowBytes} bytes`);
  expect(csv().push(long.subarray(1))).toEqual([]);
  expect(() => readAll(csv(), Buffer.from('a,b\n1,"2\n'), 100)).toThrow('ends between quotation marks');
  expect(() => csv().push(Buffer.from('a,a\n'))).toThrow('twice');
});

test('Fields of CSV are cut at delimiters outside of quotation marks', () => {
  expect(csvFields('a,"b,""c""",,"', ',')).toBeUndefined();
  expect(csvFields('a,"b,""c""","",', ',')).toEqual(['a', 'b,"c"', '', '']);
  expect(csvFields('a;"b;c"', ';')).toEqual(['a', 'b;c']);
});

test('Texts that a spreadsheet takes for formulas are marked where that is asked for, and numbers are not', () => {
  const texts: readonly ExportRow[] = [['=HYPERLINK("x")', at, '+1', -5, '@a', '-2']];
  const marked = Buffer.from(createCsvWriter(columns, { forSpreadsheets: true }).rows(texts)).toString();
  expect(marked).toBe(`"'=HYPERLINK(""x"")",2026-03-01T10:00:00.123Z,'+1,-5,'@a,'-2\r\n`);
});

test('Ids are those of the rows, else made of the row’s own id, else of the import and the row', () => {
  const maker = createItemMaker(request, 'import-1');
  const id = (record: Readonly<Record<string, unknown>>, row = 1, of = maker) => {
    const made = of.make({ at, ...record }, row);
    return made.kind === 'item' ? String(made.item['id']) : made.message;
  };
  const own = uuidv7(at, Buffer.alloc(10, 7));
  expect(id({ id: own.toUpperCase() })).toBe(own);
  expect(id({})).toBe(id({}));
  expect(id({})).not.toBe(id({}, 2));
  expect(id({})).not.toBe(id({}, 1, createItemMaker(request, 'import-2')));
  expect(id({ id: 'order-7' }, 1)).toBe(id({ id: 'order-7' }, 2, createItemMaker(request, 'import-2')));
  expect(uuidv7TimeMs(id({}))).toBe(at);
});

test('Columns are mapped to fields, with constants, conversions and units of time', () => {
  const mapped: ImportRequest = {
    ...request,
    timeUnit: 'seconds',
    mapping: [
      { field: 'key', column: '', constant: 'purchase', as: '' },
      { field: 'at', column: 'when', constant: '', as: '' },
      { field: 'value', column: 'amount', constant: '', as: '' },
      { field: 'context.user', column: 'customer', constant: '', as: '' },
      { field: 'properties.items', column: 'count', constant: '', as: 'number' },
      { field: 'properties.vip', column: 'vip', constant: '', as: 'boolean' },
    ],
  };
  const maker = createItemMaker(mapped, 'import');
  const record = { when: '1767225600.5', amount: '12.50', customer: 7n, count: '3', vip: 'TRUE', other: 'x' };
  expect(maker.make(record, 1)).toMatchObject({
    item: { key: 'purchase', at: 1_767_225_600_500, value: 12.5, context: { user: '7' }, properties: { items: 3, vip: true } },
  });
  expect(maker.ignoredColumns(Object.keys(record))).toEqual(['other']);
  expect(maker.make({ ...record, amount: 'twelve' }, 1)).toEqual({
    kind: 'problem',
    message: 'value can not be made of "twelve".',
  });
});

test('Columns that are no fields of items are left aside, whatever other kinds of items have', () => {
  const maker = createItemMaker(request, 'import');
  const record = { at: '2026-01-01', key: 'trip', user: 'u-1', from: 'Bern', to: 'Basel' };
  const made = maker.make(record, 1);
  expect(made).toMatchObject({ kind: 'item', item: { key: 'trip', context: { user: 'u-1' } } });
  expect(made.kind === 'item' && Object.keys(made.item)).not.toContain('from');
  expect(maker.ignoredColumns(Object.keys(record))).toEqual(['from', 'to']);
});

test.each([
  ['2026-01-01T00:00:00Z', 1_767_225_600_000],
  ['2026-01-01 00:00:00.250', 1_767_225_600_250],
  ['2026-01-01T01:00:00+01:00', 1_767_225_600_000],
  ['2026-01-01', 1_767_225_600_000],
  [1_767_225_600_000, 1_767_225_600_000],
  ['1767225600000', 1_767_225_600_000],
  [new Date(1_767_225_600_000), 1_767_225_600_000],
  [1_767_225_600_000n, 1_767_225_600_000],
])('The time %s is understood', (text, milliseconds) => {
  expect(createItemMaker(request, 'import').make({ timestamp: text }, 1)).toMatchObject({ item: { at: milliseconds } });
});

test('A mapping is refused where it names no field, a field twice, or both a column and a constant', () => {
  const entry = { field: 'key', column: 'a', constant: '', as: '' } as const;
  const paths = (mapping: Parameters<typeof mappingProblems>[0]) => mappingProblems(mapping).map(({ path }) => path);
  expect(paths([entry, { ...entry, field: 'context.user' }])).toEqual([]);
  expect(paths([{ ...entry, field: '9' }, entry, entry])).toEqual(['mapping[0].field', 'mapping[2].field']);
  expect(
    paths([
      { ...entry, field: 'key.user' },
      { ...entry, constant: 'b' },
    ]),
  ).toEqual(['mapping[0].field', 'mapping[1].column']);
  const many = Array.from({ length: transferLimits.mappedFields + 1 }, (_, index) => ({
    ...entry,
    field: `properties.p${index}`,
  }));
  expect(paths(many)).toEqual(['mapping']);
  expect(paths(many.slice(1))).toEqual([]);
});
