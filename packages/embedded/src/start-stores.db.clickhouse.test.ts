import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { connectTo, rowsOf } from './clickhouse/clickhouse.test-support.ts';
import { serverProgramName } from './clickhouse/clickhouse-child.ts';
import { processesOn } from './process/process-table.ts';
import { startInChild } from './process/start-in-child.test-support.ts';
import { type EmbeddedStores, startStores } from './start-stores.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stitchd-stores-test-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function start(directory: string): Promise<EmbeddedStores> {
  const stores = await startStores(directory, () => undefined);
  cleanups.push(() => stores.stop());
  return stores;
}

test('both engines start on one directory, answer, and leave nothing running and no socket behind', async () => {
  const directory = join(freshDirectory(), 'data');
  const stores = await start(directory);
  const client = new pg.Client({ connectionString: stores.postgres.url });
  await client.connect();
  expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await client.end();
  const clickhouse = connectTo(stores.clickhouse.socketPath);
  expect(await rowsOf(clickhouse, 'select 1 as one')).toEqual([{ one: 1 }]);
  await clickhouse.close();
  expect(stores.startMs).toBeGreaterThan(0);
  await stores.stop();
  await stores.stop();
  expect(processesOn(join(directory, 'postgres/data'), 'postgres')).toEqual([]);
  expect(processesOn(join(directory, 'clickhouse'), serverProgramName)).toEqual([]);
  expect(readdirSync(directory).toSorted()).toEqual(['clickhouse', 'postgres']);
  for (const socket of [stores.postgres.socketDirectory, stores.clickhouse.socketPath]) {
    expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
  }
});

test('another process that starts on the same directory is told which process has it', async () => {
  const directory = freshDirectory();
  await start(directory);
  const { outcome } = await startInChild(
    new URL('./data-directory/lock-data-directory.ts', import.meta.url),
    'lockDataDirectory',
    directory,
  );
  expect(outcome).toMatchObject({ kind: 'failed', code: 'DATA_DIRECTORY_IN_USE' });
  expect(JSON.stringify(outcome)).toContain(`process ${process.pid}`);
});

test('where one engine fails, the other is stopped, its error is thrown and the directory is free', async () => {
  const directory = freshDirectory();
  mkdirSync(join(directory, 'postgres/data'), { recursive: true });
  writeFileSync(join(directory, 'postgres/data/PG_VERSION'), '17\n');
  await expect(start(directory)).rejects.toMatchObject({ code: 'ENGINE_VERSION_MISMATCH' });
  expect(processesOn(join(directory, 'clickhouse'), serverProgramName)).toEqual([]);
  rmSync(join(directory, 'postgres'), { recursive: true });
  await start(directory);
});

test('a start that is given up before it begins touches nothing but the lock', async () => {
  const directory = freshDirectory();
  await expect(startStores(directory, () => undefined, AbortSignal.abort(new Error('not now')))).rejects.toThrow('not now');
  expect(readdirSync(directory)).toEqual([]);
});
