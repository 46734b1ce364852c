import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { processesOn, waitUntilGone } from '../process/process-table.ts';
import { startInChild } from '../process/start-in-child.test-support.ts';
import { connectTo, rowsOf, startTestClickHouse, type TestClickHouse } from './clickhouse.test-support.ts';
import { serverProgramName } from './clickhouse-child.ts';
import type { ClickHouseRestart } from './supervise.ts';
import { startClickHouse } from './start-clickhouse.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const module = new URL('./start-clickhouse.ts', import.meta.url);

async function startClean(): Promise<TestClickHouse> {
  const clickhouse = await startTestClickHouse();
  cleanups.push(() => clickhouse.stop());
  return clickhouse;
}

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stitchd-clickhouse-test-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('after SIGKILL in the middle of inserts it answers again by itself, with every acknowledged row once', async () => {
  const { client, engine } = await startClean();
  await client.command({
    query:
      'create table acknowledged (n UInt64) engine = MergeTree order by n settings non_replicated_deduplication_window = 1000',
  });
  const insertBatch = (batch: number) =>
    client.insert({
      table: 'acknowledged',
      values: Array.from({ length: 100 }, (_, index) => ({ n: batch * 100 + index })),
      format: 'JSONEachRow',
      clickhouse_settings: { insert_deduplication_token: `batch ${batch}` },
    });
  let acknowledged = 0;
  for (let crash = 1; crash <= 3; crash++) {
    const answersAgain = new Promise<ClickHouseRestart>((resolve) => engine.onRestart(resolve));
    const before = acknowledged;
    for (;;) {
      const accepted = await insertBatch(acknowledged).then(
        () => true,
        () => false,
      );
      if (!accepted) break;
      acknowledged++;
      const { pid } = engine;
      if (acknowledged === before + 20 && pid !== undefined) setImmediate(() => process.kill(pid, 'SIGKILL'));
    }
    expect((await answersAgain).reason).toBe('SIGKILL');
    expect(engine.restarts).toBe(crash);
    // The batch that was under way may or may not be stored: its retry, with the same token, makes it so once.
    await insertBatch(acknowledged++);
  }
  expect(await rowsOf(client, 'select count() as rows, uniqExact(n) as different, max(n) as last from acknowledged')).toEqual([
    { rows: acknowledged * 100, different: acknowledged * 100, last: acknowledged * 100 - 1 },
  ]);
});

test('a second start on the same directory is refused and the first goes on', async () => {
  const { dataDirectory, client } = await startClean();
  const refused = startClickHouse({ dataDirectory, log: () => undefined });
  await expect(refused).rejects.toMatchObject({ code: 'DATA_DIRECTORY_IN_USE', pid: process.pid });
  expect(await rowsOf(client, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('its data are there after a stop and a start, and a stop is no crash', async () => {
  const dataDirectory = freshDirectory();
  const start = () => startClickHouse({ dataDirectory, log: () => undefined });
  const first = await start();
  const client = connectTo(first.socketPath);
  await client.command({ query: 'create table kept (n UInt8) engine = MergeTree order by n' });
  await client.insert({ table: 'kept', values: [{ n: 1 }], format: 'JSONEachRow' });
  await client.close();
  await first.stop();
  await first.stop();
  expect(first).toMatchObject({ restarts: 0, pid: undefined });
  const second = await start();
  cleanups.push(() => second.stop());
  const again = connectTo(second.socketPath);
  expect(await rowsOf(again, 'select n from kept')).toEqual([{ n: 1 }]);
  await again.close();
});

test('a stop lets a running query end, and then kills what goes on', async () => {
  const clickhouse = await startClean();
  const short = rowsOf(clickhouse.client, 'select sleep(1) as x');
  const endless = rowsOf(clickhouse.client, 'select count() from numbers(30000000000000) where sipHash64(number) = 0').catch(
    (error: unknown) => error,
  );
  await expect.poll(() => rowsOf(clickhouse.client, 'select 1 from system.processes'), { timeout: 10_000 }).toHaveLength(3);
  await clickhouse.engine.stop();
  expect(await short).toEqual([{ x: 0 }]);
  expect(await endless).toMatchObject({ code: '394' });
}, 60_000);

test('the engine ends when its starter is killed with SIGKILL, also in the middle of a query', async () => {
  const dataDirectory = freshDirectory();
  const { child, outcome } = await startInChild(module, 'startClickHouse', { dataDirectory });
  if (outcome.kind === 'failed') throw new Error(outcome.message);
  // A next start on the directory would remove it.
  cleanups.push(() => rmSync(dirname(String(outcome.value['socketPath'])), { recursive: true, force: true }));
  const client = connectTo(String(outcome.value['socketPath']));
  const endless = rowsOf(client, 'select count() from numbers(30000000000000) where sipHash64(number) = 0').catch(
    () => undefined,
  );
  await expect.poll(() => rowsOf(client, 'select 1 from system.processes'), { timeout: 10_000 }).toHaveLength(2);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const directory = join(dataDirectory, 'clickhouse');
  expect(await waitUntilGone(() => processesOn(directory, serverProgramName).length === 0, 25_000)).toBe(true);
  await endless;
  await client.close();
}, 60_000);

test('an orphan that does not notice is ended by the next start', async () => {
  const dataDirectory = freshDirectory();
  const { child, outcome } = await startInChild(
    module,
    'startClickHouse',
    { dataDirectory },
    { env: { ...process.env, PATH: freshDirectory() } },
  );
  if (outcome.kind === 'failed') throw new Error(outcome.message);
  const pid = Number(outcome.value['pid']);
  process.kill(pid, 'SIGSTOP');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const starting = startClickHouse({ dataDirectory, log: () => process.kill(pid, 'SIGCONT') });
  const engine = await starting;
  cleanups.push(() => engine.stop());
  expect(processesOn(join(dataDirectory, 'clickhouse'), serverProgramName)).toEqual([engine.pid]);
});

test.each([`a b'c"d\\e ü$(x);%25`, 'wild*card?{a,b}[c]', join('n'.repeat(100), 'm'.repeat(100))])(
  'it works and syncs directories under the path %s',
  async (name) => {
    const engine = await startClickHouse({ dataDirectory: join(freshDirectory(), name), log: () => undefined });
    cleanups.push(() => engine.stop());
    const client = connectTo(engine.socketPath);
    cleanups.push(() => client.close());
    const durable = 'settings fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1';
    await client.command({ query: `create table stored (n UInt8) engine = MergeTree order by n ${durable}` });
    for (const n of [1, 2]) await client.insert({ table: 'stored', values: [{ n }], format: 'JSONEachRow' });
    await client.command({ query: 'optimize table stored final' });
    expect(await rowsOf(client, 'select n from stored order by n')).toEqual([{ n: 1 }, { n: 2 }]);
  },
);

const nobody = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;
const sourceIsReadable = isRoot && spawnSync('test', ['-r', new URL(import.meta.url).pathname], nobody).status === 0;
const reason = !isRoot
  ? ' (skipped: only root can become another user; run the tests as root to cover it)'
  : sourceIsReadable
    ? ''
    : ' (skipped: the checkout is closed to the user "nobody")';

test.skipIf(reason !== '')(`an ordinary user runs it as itself${reason}`, async () => {
  const directory = freshDirectory();
  chownSync(directory, nobody.uid, nobody.gid);
  const { child, outcome } = await startInChild(module, 'startClickHouse', { dataDirectory: join(directory, 'data') }, nobody);
  expect(outcome.kind).toBe('started');
  child.kill('SIGTERM');
  await once(child, 'exit');
});
