import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectTo, insertBytes, rowsOf, startTestClickHouse, type TestClickHouse } from './clickhouse.test-support.ts';
import { startClickHouse } from './start-clickhouse.ts';

let clickhouse: TestClickHouse;
beforeAll(async () => {
  clickhouse = await startTestClickHouse();
  await clickhouse.client.command({ query: 'create table victim (x UInt8) engine = MergeTree order by x' });
});
afterAll(async () => {
  await clickhouse?.stop();
});

test.each([
  'select 1; drop table victim',
  'drop table victim; select 1',
  "select ';'; select 2",
  'select 1 -- ;\n; select 2',
  'select 1 /* ; */ ; select 2',
  'select $$ ; $$; select 2',
  'select ‘a’; drop table victim',
  "select 'open; drop table victim",
  'select 1 /* open; drop table victim',
])('more than one statement is refused, and none is run: %s', async (query) => {
  await expect(clickhouse.client.command({ query })).rejects.toMatchObject({ code: '62' });
  expect(await rowsOf(clickhouse.client, 'exists table victim')).toEqual([{ result: 1 }]);
});

test.each([
  ["select ';' as x", ';'],
  ['select 1 as x;', 1],
  ['select 1 as x;;', 1],
  ['select 1 as x -- ; drop table victim', 1],
  ['select $$a;b$$ as x', 'a;b'],
  ['/* ; */ select 1 as x # ; x', 1],
])('a semicolon that separates nothing is no second statement: %s', async (query, x) => {
  const settings: Record<string, string> = { default_format: 'JSONEachRow' };
  const { stream } = await clickhouse.client.exec({
    query: `${query}\n`,
    clickhouse_settings: settings,
  });
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  expect(JSON.parse(text)).toEqual({ x });
});

test.each([
  "select * from file('/etc/passwd', 'LineAsString')",
  "select * from `file`('/etc/passwd', 'LineAsString')",
  "select * from FILE /* */ ('/etc/passwd', 'LineAsString')",
  "select file('/etc/passwd')",
  "insert into function file('/tmp/stitchd-never', 'CSV') select 1",
  "select * from url('http://127.0.0.1:1/', 'CSV')",
  "select * from s3('http://127.0.0.1:1/x', 'CSV')",
  "select * from remote('127.0.0.1:1', system.one)",
  "select * from postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
  "select * from sqlite('/tmp/stitchd-never', 't')",
  "select * from executable('script', 'CSV', 'x String')",
  "select * from loop('default', '/etc/passwd')",
  "select * from merge('default', '.*')",
  'create table outside (x String) engine = File(CSV)',
  "create table outside (x String) engine = URL('http://127.0.0.1:1/', 'CSV')",
  'create table outside (x String) engine File(CSV)',
  "create table outside as file('/etc/passwd', 'LineAsString')",
  "create table outside (x Int8) engine = MergeTree order by x settings disk = disk(type = 'local', path = '/tmp/stitchd-never/')",
  'create database outside engine = Filesystem',
  "create dictionary outside (x String) primary key x source(file(path '/etc/passwd' format CSV)) layout(flat()) lifetime(1)",
  "select 1 into outfile '/tmp/stitchd-never'",
  "insert into victim from infile '/etc/passwd' format LineAsString",
  'select * from default.`/etc/passwd`',
  'select * from "default" . "/etc/passwd"',
  'select * from `\\x64efault`.`/etc/passwd`',
  'system shutdown',
  'system kill',
  'SYSTEM/**/SHUTDOWN',
])('it reaches nothing outside of the database: %s', async (query) => {
  await expect(clickhouse.client.command({ query })).rejects.toMatchObject({ code: expect.stringMatching(/^(497|62|60|81)$/) });
});

test.each([
  "attach table outside from '/tmp' (x Int8) engine = MergeTree order by x",
  "backup database stitchd to File('x')",
  "restore database stitchd from File('x')",
])('a statement of another kind than the known ones is refused: %s', async (query) => {
  await expect(clickhouse.client.command({ query })).rejects.toMatchObject({ code: '62' });
});

test('a table without a database is never a file', async () => {
  await expect(rowsOf(clickhouse.client, 'select * from `/etc/passwd`')).rejects.toMatchObject({ code: '60' });
});

test('an identifier parameter does not lead to files, on the first start and on the next', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'stitchd-clickhouse-test-'));
  for (let start = 1; start <= 3; start++) {
    const engine = await startClickHouse({ dataDirectory, log: () => undefined });
    const client = connectTo(engine.socketPath);
    const query_params = { database: 'default', table: '/etc/passwd' };
    const outcome = await rowsOf(client, 'select * from {database:Identifier}.{table:Identifier}', { query_params }).catch(
      (error: unknown) => error,
    );
    await client.close();
    await engine.stop();
    expect(outcome).toMatchObject({ code: '60' });
  }
  rmSync(dataDirectory, { recursive: true });
});

test('a filter that is given as a setting holds, and one with a subquery is refused', async () => {
  await clickhouse.client.command({ query: 'create table filtered (x UInt8) engine = MergeTree order by x' });
  await insertBytes(clickhouse.client, 'insert into filtered format CSV', '1\n2\n3\n');
  const filtered = (filter: string) =>
    rowsOf(clickhouse.client, 'select x from filtered', {
      clickhouse_settings: { additional_table_filters: `{'filtered': '${filter}'}` },
    });
  expect(await filtered('x = 2')).toEqual([{ x: 2 }]);
  await expect(filtered('x in (select 1)')).rejects.toMatchObject({ code: '497' });
});

test.each([
  "create table kinds (x Int8, y String default 'default', engine String) engine = ReplacingMergeTree order by x",
  'create materialized view seen to kinds as select x, engine from kinds',
  'alter table kinds add column z Nullable(String) default null',
  'optimize table kinds final',
  'system stop merges',
  'system start merges',
  'rename table kinds to kinds2',
  'truncate table kinds2',
  'delete from kinds2 where x = 1',
  "insert into kinds2 (x, engine) select number, 'File' from numbers(3)",
  "with 1 as one select engine, one from kinds2 where engine = 'default'",
  'show tables',
  'explain select 1',
  'exists database default',
  'drop view seen',
  'drop table kinds2',
  'create database other engine = Atomic',
  'drop database other',
])('what a migration or a report needs is allowed: %s', async (query) => {
  await expect(clickhouse.client.command({ query })).resolves.toHaveProperty('query_id');
});
