import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { insertBytes, rowsOf, startTestClickHouse, type TestClickHouse } from './clickhouse.test-support.ts';

let clickhouse: TestClickHouse;
beforeAll(async () => {
  clickhouse = await startTestClickHouse();
  await clickhouse.client.command({ query: 'create table victim (x UInt8) engine = MergeTree order by x' });
  await clickhouse.client.command({ query: 'create table stored (n UInt16, x String) engine = MergeTree order by n' });
});
beforeEach(() => clickhouse.client.command({ query: 'truncate table stored' }));
afterAll(async () => {
  await clickhouse?.stop();
});

const hostileTexts = [
  'plain',
  'a\n\nb',
  'a\n\ndrop table victim',
  '\n\ndrop table victim;\n\n',
  "'); drop table victim; --",
  'a\r\n\r\ndrop table victim',
  ';\nselect 1;',
  '\n',
  '',
  '0123456789'.repeat(50),
  'ü ✓ " \\ \' ` \t',
];

const numbered = hostileTexts.map((x, n) => ({ n, x }));
const csvField = (x: string): string => `"${x.replaceAll('"', '""')}"`;
const tsvField = (x: string): string =>
  x.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');

/** n as two bytes, then the text with its length as a variable-length number before it. */
function rowBinary({ n, x }: { readonly n: number; readonly x: string }): Buffer {
  const bytes = Buffer.from(x);
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return Buffer.concat([Buffer.from([n & 255, n >> 8, ...length]), bytes]);
}

const bodies: readonly (readonly [string, Buffer])[] = [
  ['JSONEachRow', Buffer.from(numbered.map((row) => `${JSON.stringify(row)}\n\n`).join(''))],
  ['CSV', Buffer.from(numbered.map(({ n, x }) => `${n},${csvField(x)}\n`).join(''))],
  ['TSV', Buffer.from(numbered.map(({ n, x }) => `${n}\t${tsvField(x)}\n`).join(''))],
  ['RowBinary', Buffer.concat(numbered.map(rowBinary))],
];

test.each(bodies)('%s stores blank lines and statements in values as values', async (format, body) => {
  await insertBytes(clickhouse.client, `insert into stored format ${format}`, body);
  expect(await rowsOf(clickhouse.client, 'select n, x from stored order by n')).toEqual(numbered);
  expect(await rowsOf(clickhouse.client, 'exists table victim')).toEqual([{ result: 1 }]);
});

test.each([
  ['JSONEachRow', '{"n":1,"x":"1"}\n\ndrop table victim'],
  ['JSONEachRow', '{"n":1,"x":"1"}\n;\ndrop table victim;'],
  ['CSV', '1,"a"\n\ndrop table victim\n'],
  ['TSV', '1\ta\n\ndrop table victim\n'],
  ['RowBinary', '\u0001\u0000\u0001a\n\ndrop table victim'],
])('a body of %s that carries a statement is refused, and none of it is run or stored', async (format, body) => {
  await expect(insertBytes(clickhouse.client, `insert into stored format ${format}`, body)).rejects.toHaveProperty('code');
  expect(await rowsOf(clickhouse.client, 'select count() as n from stored')).toEqual([{ n: 0 }]);
  expect(await rowsOf(clickhouse.client, 'exists table victim')).toEqual([{ result: 1 }]);
});

test('RowBinary is not cut where two rows make a blank line by chance', async () => {
  const rows = [
    { n: 1, x: 'ends with a line end\n' },
    { n: 0x0a0a, x: 'begins with two of them' },
    { n: 0x0a0b, x: 'tail' },
  ];
  await insertBytes(clickhouse.client, 'insert into stored format RowBinary', Buffer.concat(rows.map(rowBinary)));
  expect(await rowsOf(clickhouse.client, 'select n, x from stored order by n')).toEqual(rows);
});

test('VALUES and FORMAT in the statement itself are data as well, blank lines and all', async () => {
  await clickhouse.client.command({ query: "insert into stored values (1, 'a\n\ndrop table victim'), (1 + 1, 'b;')" });
  await clickhouse.client.command({
    query: 'insert into stored (n, x) settings async_insert = 0 format CSV\n3,"c\n\ndrop table victim"\n',
  });
  expect(await rowsOf(clickhouse.client, 'select n, x from stored order by n')).toEqual([
    { n: 1, x: 'a\n\ndrop table victim' },
    { n: 2, x: 'b;' },
    { n: 3, x: 'c\n\ndrop table victim' },
  ]);
  expect(await rowsOf(clickhouse.client, 'exists table victim')).toEqual([{ result: 1 }]);
});

test('a hundred thousand rows arrive as they are, in JSON and in RowBinary', async () => {
  const count = 100_000;
  await clickhouse.client.command({ query: 'create table many (n UInt16, x String) engine = MergeTree order by tuple()' });
  const rows = Array.from({ length: count }, (_, index) => ({
    n: index % 65_536,
    x: `${hostileTexts[index % hostileTexts.length]} ${index}`,
  }));
  await clickhouse.client.insert({ table: 'many', values: rows, format: 'JSONEachRow' });
  await insertBytes(clickhouse.client, 'insert into many format RowBinary', Buffer.concat(rows.map(rowBinary)));
  const counts = await rowsOf(
    clickhouse.client,
    'select uniqExact(n, x) as different, count() as all, min(times) as fewest from (select *, count() over (partition by n, x) as times from many)',
  );
  expect(counts).toEqual([{ different: count, all: 2 * count, fewest: 2 }]);
});

test('no file of a body is left behind, of accepted inserts and of refused ones', async () => {
  await insertBytes(clickhouse.client, 'insert into stored format CSV', '1,a\n');
  await expect(insertBytes(clickhouse.client, 'insert into stored format JSONEachRow', 'x')).rejects.toHaveProperty('code');
  await expect.poll(() => readdirSync(`${clickhouse.dataDirectory}/clickhouse/bodies`)).toEqual([]);
});
