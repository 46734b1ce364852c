import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { limits } from '../../engine/limits.mjs';
import { connectTo, insertBytes, rowsOf, startTestClickHouse, type TestClickHouse } from './clickhouse.test-support.ts';

let clickhouse: TestClickHouse;
beforeAll(async () => {
  clickhouse = await startTestClickHouse();
});
afterAll(async () => {
  await clickhouse?.stop();
});

test('the stock client reaches it, and works in the database stitchd whatever it calls the default one', async () => {
  expect(await clickhouse.client.ping()).toEqual({ success: true });
  expect(await rowsOf(clickhouse.client, 'select currentDatabase() as name')).toEqual([{ name: 'stitchd' }]);
  expect(await rowsOf(clickhouse.client, 'select version() as version')).toEqual([{ version: clickhouse.engine.version }]);
});

test('query parameters of every type arrive as they were sent', async () => {
  const query = `select {id:UUID} as id, {text:String} as text, {list:Array(String)} as list, {map:Map(String,String)} as map,
    {time:DateTime64(3)} as time, {nothing:Nullable(String)} as nothing, {column:Identifier} as one from (select 1 as x)`;
  const id = '11111111-1111-1111-1111-111111111111';
  const text = "cl'ick\\ \n\t✓ {x:String}; drop table x --";
  const list = ["x'y", 'z\\', ''];
  const map = { k: "v'" };
  const query_params = { id, text, list, map, time: new Date(0), nothing: null, column: 'x' };
  expect(await rowsOf(clickhouse.client, query, { query_params })).toEqual([
    { id, text, list, map, time: '1970-01-01 00:00:00.000', nothing: null, one: 1 },
  ]);
});

test.each([
  ['selec 1', '62', 'SYNTAX_ERROR'],
  ["select 'open", '62', 'SYNTAX_ERROR'],
  ['select * from nowhere', '60', 'UNKNOWN_TABLE'],
  ['select nothing', '47', 'UNKNOWN_IDENTIFIER'],
  ["select throwIf(number = 3, 'boom') from numbers(5)", '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
])('the error of %s has the code %s and the type %s', async (query, code, type) => {
  await expect(rowsOf(clickhouse.client, query)).rejects.toMatchObject({ code, type });
});

test('an unknown setting is an error, and one with a hostile name is not run', async () => {
  await expect(rowsOf(clickhouse.client, 'select 1', { clickhouse_settings: { no_such_setting: 1 } })).rejects.toMatchObject({
    code: '115',
  });
  const hostile = { "max_threads='1'; drop table x; --": 1 };
  await expect(rowsOf(clickhouse.client, 'select 1', { clickhouse_settings: hostile })).rejects.toMatchObject({ code: '115' });
});

test('a setting holds for its request only', async () => {
  const clickhouse_settings = { max_result_rows: '1' };
  await expect(rowsOf(clickhouse.client, 'select number from numbers(10)', { clickhouse_settings })).rejects.toMatchObject({
    code: '396',
  });
  expect(await rowsOf(clickhouse.client, 'select number from numbers(10)')).toHaveLength(10);
});

test('requests and results are packed with gzip where the client wants it', async () => {
  const packed = connectTo(clickhouse.engine.socketPath, true);
  await packed.command({ query: 'create table packed (x String) engine = MergeTree order by x' });
  const values = Array.from({ length: 2_000 }, (_, index) => ({ x: `row ${index} ✓` }));
  await packed.insert({ table: 'packed', values, format: 'JSONEachRow' });
  expect(await rowsOf(packed, 'select x from packed order by x')).toEqual(values.toSorted((a, b) => (a.x < b.x ? -1 : 1)));
  await packed.close();
  const headers = { 'accept-encoding': 'gzip' };
  const answer = await send('/?enable_http_compression=1', 'select number from numbers(5000)', headers);
  expect(answer.headers['content-encoding']).toBe('gzip');
  const small = await send('/?enable_http_compression=1', 'select 1', headers);
  expect(small.headers['content-encoding']).toBeUndefined();
});

test('a damaged gzip body is refused and nothing of it is stored', async () => {
  await clickhouse.client.command({ query: 'create table damaged (x String) engine = MergeTree order by x' });
  const body = gzipSync(Buffer.from('{"x":"1"}\n'.repeat(1_000))).subarray(0, 30);
  const path = `/?query=${encodeURIComponent('insert into damaged format JSONEachRow')}`;
  const answer = await send(path, body, { 'content-encoding': 'gzip' });
  expect(answer.status).toBe(500);
  expect(await rowsOf(clickhouse.client, 'select count() as n from damaged')).toEqual([{ n: 0 }]);
});

test('a session keeps its temporary tables, other sessions and requests do not see them, and it serves one at a time', async () => {
  const session_id = 'first';
  await clickhouse.client.command({ query: 'create temporary table mine (x Int8)', session_id });
  await clickhouse.client.insert({ table: 'mine', values: [{ x: 1 }], format: 'JSONEachRow', session_id });
  expect(await rowsOf(clickhouse.client, 'select x from mine', { session_id })).toEqual([{ x: 1 }]);
  await expect(rowsOf(clickhouse.client, 'select x from mine', { session_id: 'second' })).rejects.toMatchObject({ code: '60' });
  await expect(rowsOf(clickhouse.client, 'select x from mine')).rejects.toMatchObject({ code: '60' });
  const both = await Promise.allSettled([1, 2].map(() => rowsOf(clickhouse.client, 'select sleep(0.5)', { session_id })));
  expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('an insert with the token of an earlier one is stored once', async () => {
  await clickhouse.client.command({
    query: 'create table tokens (x UInt64) engine = MergeTree order by x settings non_replicated_deduplication_window = 100',
  });
  const insert = (x: number, token: string) =>
    clickhouse.client.insert({
      table: 'tokens',
      values: [{ x }],
      format: 'JSONEachRow',
      clickhouse_settings: { insert_deduplication_token: token },
    });
  await insert(1, 'a');
  await insert(2, 'a');
  await insert(3, 'b');
  expect(await rowsOf(clickhouse.client, 'select x from tokens order by x')).toEqual([{ x: 1 }, { x: 3 }]);
});

test("the client's query id comes back", async () => {
  const result = await clickhouse.client.query({ query: 'select 1', query_id: 'the-name-of-it' });
  expect(result.query_id).toBe('the-name-of-it');
  await result.text();
});

test('an insert says how many rows it wrote', async () => {
  await clickhouse.client.command({ query: 'create table counted (x UInt8) engine = MergeTree order by x' });
  const { summary } = await clickhouse.client.insert({ table: 'counted', values: [{ x: 1 }, { x: 2 }], format: 'JSONEachRow' });
  expect(summary?.written_rows).toBe('2');
});

test('a GET reads and does not write', async () => {
  const read = await send(`/?query=${encodeURIComponent('select 1')}`, undefined, {}, 'GET');
  expect(read).toMatchObject({ status: 200, text: '1\n' });
  const write = await send(`/?query=${encodeURIComponent('create table got (x UInt8) engine = Memory')}`, undefined, {}, 'GET');
  expect(write.text).toContain('READONLY');
});

test('a query whose client goes away is ended', async () => {
  const abort = new AbortController();
  const marker = 'select count() from numbers(31415926535897) where sipHash64(number) = 0';
  const running = rowsOf(clickhouse.client, marker, { abort_signal: abort.signal }).catch((error: unknown) => String(error));
  const processes = () =>
    rowsOf(
      clickhouse.client,
      "select 1 from system.processes where query like '%31415926535897%' and query not like '%system.processes%'",
    );
  await expect.poll(processes, { timeout: 10_000 }).toHaveLength(1);
  abort.abort();
  expect(await running).toContain('abort');
  await expect.poll(processes, { timeout: 10_000 }).toHaveLength(0);
});

test('time and memory limits of a request are kept', async () => {
  const endless = 'select count() from numbers(30000000000) where sipHash64(number) = 0';
  await expect(rowsOf(clickhouse.client, endless, { clickhouse_settings: { max_execution_time: 1 } })).rejects.toMatchObject({
    code: '159',
  });
  const greedy = 'select length(groupArray(number)) from numbers(100000000)';
  await expect(
    rowsOf(clickhouse.client, greedy, { clickhouse_settings: { max_memory_usage: '10000000' } }),
  ).rejects.toMatchObject({ code: '241' });
});

test('a request may lower the declared limits and not raise them', async () => {
  const settingOf = async (name: string, value?: string) => {
    const clickhouse_settings = value === undefined ? {} : { [name]: value };
    const [row] = await rowsOf(clickhouse.client, `select toString(getSetting('${name}')) as value`, { clickhouse_settings });
    return (row as { readonly value: string }).value;
  };
  expect(await settingOf('max_result_bytes')).toBe(String(limits.resultBytes));
  expect(await settingOf('max_result_bytes', '0')).toBe(String(limits.resultBytes));
  expect(await settingOf('max_result_bytes', String(limits.resultBytes))).toBe(String(limits.resultBytes));
  expect(await settingOf('max_result_bytes', String(limits.resultBytes + 1))).toBe(String(limits.resultBytes));
  expect(await settingOf('max_result_bytes', '1000')).toBe('1000');
  expect(await settingOf('max_memory_usage')).toBe(String(limits.queryMemoryBytes));
  expect(await settingOf('max_execution_time')).toBe(String(limits.querySeconds));
  expect(await settingOf('max_execution_time', '999999')).toBe(String(limits.longestQuerySeconds));
});

test("the engine's memory and mark cache are limited", async () => {
  const query =
    "select name, value from system.server_settings where name in ('max_server_memory_usage', 'mark_cache_size') order by name";
  expect(await rowsOf(clickhouse.client, query)).toEqual([
    { name: 'mark_cache_size', value: String(limits.markCacheBytes) },
    { name: 'max_server_memory_usage', value: String(limits.serverMemoryBytes) },
  ]);
});

test('a statement in the body may have the declared length and no byte more', async () => {
  const statement = (bytes: number) => `select 1${' '.repeat(bytes - 8)}`;
  const settings = '/?max_query_size=100000000';
  expect(await send(settings, statement(limits.statementBytes))).toMatchObject({ status: 200 });
  const refused = await send(settings, statement(limits.statementBytes + 1));
  expect(refused).toMatchObject({ status: 413 });
  expect(refused.text).toContain('TOO_MANY_BYTES');
});

test('INSERT data may have the declared length and no byte more, also packed', async () => {
  await clickhouse.client.command({ query: 'create table large (x String) engine = Null' });
  const path = `/?query=${encodeURIComponent('insert into large format RawBLOB')}&max_memory_usage=0`;
  const most = gzipSync(Buffer.alloc(limits.bodyBytes), { level: 1 });
  expect(await send(path, most, { 'content-encoding': 'gzip' })).toMatchObject({ status: 200 });
  const more = gzipSync(Buffer.alloc(limits.bodyBytes + 1), { level: 1 });
  expect(await send(path, more, { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
}, 60_000);

test('a result above the declared size is refused with the code of ClickHouse', async () => {
  const query = `select repeat('x', 1000000) from numbers(${Math.ceil(limits.resultBytes / 1_000_000)}) settings max_block_size = 16`;
  await expect(clickhouse.client.exec({ query: `${query} format TSVRaw` })).rejects.toMatchObject({ code: '396' });
  // Lifted in the statement itself, the engine's own limit is gone, and ours is not.
  const lifted = `${query}, max_result_bytes = 0`;
  await expect(clickhouse.client.exec({ query: `${lifted} format TSVRaw` })).rejects.toMatchObject({ code: '396' });
}, 60_000);

test('Parquet goes out and comes in again', async () => {
  await clickhouse.client.command({ query: 'create table columns (x UInt32) engine = MergeTree order by x' });
  const { stream } = await clickhouse.client.exec({ query: 'select number::UInt32 as x from numbers(1000) format Parquet' });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  await insertBytes(clickhouse.client, 'insert into columns format Parquet', Buffer.concat(chunks));
  expect(await rowsOf(clickhouse.client, 'select count() as n, sum(x) as s from columns')).toEqual([{ n: 1000, s: 499500 }]);
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** A bare request, without the client. */
function send(
  path: string,
  body: string | Buffer | undefined,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: clickhouse.engine.socketPath, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
