import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import type { EngineLogEntry } from '../engine-log.ts';
import { processesOn, waitUntilGone } from '../process/process-table.ts';
import { startInChild } from '../process/start-in-child.test-support.ts';
import { type EmbeddedPostgres, startPostgres } from './start-postgres.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const isRoot = process.getuid?.() === 0;
const module = new URL('./start-postgres.ts', import.meta.url);
const nobody = { uid: 65_534, gid: 65_534 };

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stitchd-postgres-test-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function start(dataDirectory: string, log: EngineLogEntry[] = []): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({ dataDirectory, log: (entry) => log.push(entry) });
  cleanups.push(() => postgres.stop());
  return postgres;
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

test('it starts on a fresh directory, on a Unix socket only, and keeps its data over a restart', async () => {
  const directory = freshDirectory();
  const first = await start(directory);
  const [settings] = await query(
    first.url,
    `select current_setting('listen_addresses') as listen, current_setting('TimeZone') as zone, current_setting('fsync') as fsync,
            current_setting('shared_buffers') as buffers, current_setting('max_connections') as connections, current_user as role`,
  );
  expect(settings).toEqual({ listen: '', zone: 'UTC', fsync: 'on', buffers: '64MB', connections: '100', role: 'stitchd' });
  expect(statSync(first.socketDirectory).mode & 0o777).toBe(0o700);
  await query(first.url, 'create table kept (id int primary key)');
  await first.stop();
  await first.stop();
  expect(statSync(first.socketDirectory, { throwIfNoEntry: false })).toBeUndefined();
  const second = await start(directory);
  expect(await query(second.url, 'select * from kept')).toEqual([]);
});

test.each([
  ['spaces, quotes and letters beyond ASCII', `a b'c"d\\e ü$(x);%25`],
  ['two hundred characters', join('n'.repeat(100), 'm'.repeat(100))],
])('it starts under a path of %s', async (_what, name) => {
  const postgres = await start(join(freshDirectory(), name));
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a second start on the same directory is refused and the first goes on', async () => {
  const directory = freshDirectory();
  const first = await start(directory);
  await expect(start(directory)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_IN_USE', pid: process.pid });
  expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a committed row survives SIGKILL of the server, which is reported and is not restarted', async () => {
  const directory = freshDirectory();
  const first = await start(directory);
  await query(first.url, 'create table kept (id int); insert into kept values (42)');
  const exit = new Promise((resolve) => first.onExit(resolve));
  process.kill(first.pid, 'SIGKILL');
  expect(await exit).toMatchObject({ code: null, signal: 'SIGKILL' });
  await first.stop();
  const second = await start(directory);
  expect(await query(second.url, 'select id from kept')).toEqual([{ id: 42 }]);
});

test('a server that was stopped does not report an exit', async () => {
  const postgres = await start(freshDirectory());
  let reported = false;
  postgres.onExit(() => (reported = true));
  await postgres.stop();
  await new Promise(setImmediate);
  expect(reported).toBe(false);
});

const hasParentDeathSignal = spawnSync('setpriv', ['--pdeathsig', 'INT', '--', 'true']).status === 0;

test.skipIf(!hasParentDeathSignal)(
  `the server ends when its starter is killed with SIGKILL${hasParentDeathSignal ? '' : ' (skipped: this system has no setpriv --pdeathsig)'}`,
  async () => {
    const directory = freshDirectory();
    const { child, outcome } = await startInChild(module, 'startPostgres', { dataDirectory: directory });
    if (outcome.kind === 'failed') throw new Error(outcome.message);
    // A next start on the directory would remove it.
    cleanups.push(() => rmSync(String(outcome.value['socketDirectory']), { recursive: true, force: true }));
    child.kill('SIGKILL');
    const cluster = join(directory, 'postgres/data');
    expect(await waitUntilGone(() => processesOn(cluster, 'postgres').length === 0, 20_000)).toBe(true);
  },
);

test('an orphan of a killed starter is stopped and its directory taken over', async () => {
  const directory = freshDirectory();
  const { child, outcome } = await startInChild(
    module,
    'startPostgres',
    { dataDirectory: directory },
    { env: withPrograms(['unshare', 'test']) },
  );
  if (outcome.kind === 'failed') throw new Error(outcome.message);
  await query(String(outcome.value['url']), 'create table kept (id int); insert into kept values (7)');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const cluster = join(directory, 'postgres/data');
  expect(processesOn(cluster, 'postgres')).toContain(outcome.value['pid']);
  const log: EngineLogEntry[] = [];
  const postgres = await start(directory, log);
  expect(log.map((entry) => entry.message).join('\n')).toContain(String(outcome.value['pid']));
  expect(await query(postgres.url, 'select id from kept')).toEqual([{ id: 7 }]);
  expect(statSync(String(outcome.value['socketDirectory']), { throwIfNoEntry: false })).toBeUndefined();
});

/** PATH may name folders that this user can't look into. */
function isThere(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** An environment whose PATH leads to these programs only. */
function withPrograms(names: readonly string[]): NodeJS.ProcessEnv {
  const programs = freshDirectory();
  chmodSync(programs, 0o755);
  for (const name of names) {
    const found = (process.env['PATH'] ?? '').split(delimiter).find((part) => isThere(join(part, name)));
    if (found !== undefined) symlinkSync(join(found, name), join(programs, name));
  }
  return { ...process.env, PATH: programs };
}

test("a postmaster.pid with the number of a stranger's process neither stops the start nor harms the stranger", async () => {
  const directory = freshDirectory();
  await (await start(directory)).stop();
  const file = join(directory, 'postgres/data/postmaster.pid');
  writeFileSync(file, `${process.ppid}\n${join(directory, 'postgres/data')}\n1\n5432\n/tmp\n\n1 1\nready\n`);
  const postgres = await start(directory);
  expect(readFileSync(file, 'utf8').split('\n')[0]).toBe(String(postgres.pid));
});

test('what a killed initdb left half made is thrown away', async () => {
  const directory = freshDirectory();
  mkdirSync(join(directory, 'postgres/data.new/base'), { recursive: true });
  writeFileSync(join(directory, 'postgres/data.new/PG_VERSION'), '18\n');
  const postgres = await start(directory);
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a directory of another major version is refused with both versions named, and left as it is', async () => {
  const directory = freshDirectory();
  const version = join(directory, 'postgres/data/PG_VERSION');
  mkdirSync(join(directory, 'postgres/data'), { recursive: true });
  writeFileSync(version, '17\n');
  const refusal = await start(directory).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'ENGINE_VERSION_MISMATCH' });
  expect(String(refusal)).toMatch(/PostgreSQL 17.*PostgreSQL 18/);
  expect(readFileSync(version, 'utf8')).toBe('17\n');
});

test('a start that is given up leaves no server and no lock', async () => {
  const directory = freshDirectory();
  const abort = new AbortController();
  const starting = startPostgres({
    dataDirectory: directory,
    signal: abort.signal,
    log: ({ message }) => {
      if (message.startsWith('starting PostgreSQL')) abort.abort(new Error('changed our mind'));
    },
  });
  await expect(starting).rejects.toThrow('changed our mind');
  expect(processesOn(join(directory, 'postgres/data'), 'postgres')).toEqual([]);
  await start(directory);
});

const rootOnly = isRoot ? '' : ' (skipped: only root can try it; run the tests as root to cover it)';

test.skipIf(!isRoot)(`root runs it under a private home that no other user can enter${rootOnly}`, async () => {
  const home = freshDirectory();
  chmodSync(home, 0o700);
  const postgres = await start(join(home, 'data'));
  expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(statSync(join(home, 'data/postgres/data')).uid).toBe(0);
});

const sourceIsReadable = spawnSync('test', ['-r', new URL(import.meta.url).pathname], nobody).status === 0;
const ordinaryUser = !isRoot ? rootOnly : sourceIsReadable ? '' : ' (skipped: the checkout is closed to the user "nobody")';

test.skipIf(ordinaryUser !== '')(`an ordinary user runs it as itself${ordinaryUser}`, async () => {
  const directory = freshDirectory();
  chownSync(directory, nobody.uid, nobody.gid);
  const { child, outcome } = await startInChild(module, 'startPostgres', { dataDirectory: join(directory, 'data') }, nobody);
  if (outcome.kind === 'failed') throw new Error(outcome.message);
  expect(statSync(join(directory, 'data/postgres/data')).uid).toBe(nobody.uid);
  expect(statSync(`/proc/${String(outcome.value['pid'])}`).uid).toBe(nobody.uid);
  child.kill('SIGTERM');
  await once(child, 'exit');
});

test.skipIf(ordinaryUser !== '')(
  `root goes on with a database that an ordinary user made, as that user or with the files taken over${ordinaryUser}`,
  async () => {
    const directory = freshDirectory();
    const dataDirectory = join(directory, 'data');
    chownSync(directory, nobody.uid, nobody.gid);
    const { child, outcome } = await startInChild(module, 'startPostgres', { dataDirectory }, nobody);
    if (outcome.kind === 'failed') throw new Error(outcome.message);
    await query(String(outcome.value['url']), 'create table kept (id int)');
    child.kill('SIGTERM');
    await once(child, 'exit');
    const asOwner = await start(dataDirectory);
    expect(statSync(`/proc/${asOwner.pid}`).uid).toBe(nobody.uid);
    expect(await query(asOwner.url, 'select * from kept')).toEqual([]);
    await asOwner.stop();
    chownSync(directory, 0, 0);
    chmodSync(directory, 0o700);
    const takenOver = await start(dataDirectory);
    expect(await query(takenOver.url, 'select * from kept')).toEqual([]);
  },
);

test.skipIf(ordinaryUser !== '')(
  `a directory that this user may not write is refused with a plain message${ordinaryUser}`,
  async () => {
    const directory = freshDirectory();
    chmodSync(directory, 0o755);
    const { outcome } = await startInChild(module, 'startPostgres', { dataDirectory: join(directory, 'data') }, nobody);
    expect(outcome).toMatchObject({ kind: 'failed', code: 'DATA_DIRECTORY_UNUSABLE' });
  },
);

test.skipIf(ordinaryUser !== '')(
  `root without user namespaces runs it as a server user, in a directory opened only for passing through${ordinaryUser}`,
  async () => {
    const directory = freshDirectory();
    chmodSync(directory, 0o755);
    const dataDirectory = join(directory, 'data');
    const env = withPrograms(['setpriv', 'test']);
    const { child, outcome } = await startInChild(module, 'startPostgres', { dataDirectory }, { env });
    if (outcome.kind === 'failed') throw new Error(outcome.message);
    expect(await query(String(outcome.value['url']), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(statSync(`/proc/${String(outcome.value['pid'])}`).uid).not.toBe(0);
    expect(statSync(dataDirectory).mode & 0o777).toBe(0o711);
    expect(statSync(join(dataDirectory, 'postgres')).mode & 0o777).toBe(0o700);
    child.kill('SIGTERM');
    await once(child, 'exit');
  },
);
