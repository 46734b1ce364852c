import path from 'node:path';
import { Transform } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCuttableLine, type CuttableLine } from '../../../../test/support/cuttable-line.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { limitSilence, openPool } from './connections.ts';
import {
  createDatabase,
  keepListening,
  openConnection,
  postgresLimits,
  storeErrorOf,
  type Connection,
  type Database,
} from './index.ts';

// Connections break at any moment: idle, lent out, with a statement running. None of that may end the process.

let store: TestDatabase;
/** Beside the line; it alone sees what others do. */
let owner: Connection;
let line: CuttableLine;
let url: string;
let database: Database;
/** Swallows what PostgreSQL answers, as a network does from which a host has gone. */
let isSilent = false;
const uncaught: unknown[] = [];
const onUncaught = (error: unknown): void => void uncaught.push(error);

beforeAll(async () => {
  store = await createTestDatabase();
  owner = await openConnection({ connectionString: store.url });
  const address = new URL(store.url.replace('@/', '@localhost/'));
  line = await createCuttableLine(path.join(address.searchParams.get('host') ?? '', '.s.PGSQL.5432'), () => {
    const swallow = (chunk: Buffer): Buffer | undefined => (isSilent ? undefined : chunk);
    return new Transform({ transform: (chunk: Buffer, _, done) => done(null, swallow(chunk)) });
  });
  url = `postgresql://${address.username}@127.0.0.1:${line.port}${address.pathname}`;
  process.on('uncaughtException', onUncaught);
});
beforeEach(() => {
  database = createDatabase({ url, applicationName: 'test' });
});
afterEach(async () => {
  isSilent = false;
  await line.cut();
  await line.mend();
  await database.close();
  const ends = uncaught.splice(0);
  if (ends.length > 0) throw new AggregateError(ends, 'an error of a connection would have ended the process');
});
afterAll(async () => {
  process.off('uncaughtException', onUncaught);
  await line.close();
  await owner.end();
  await store.drop();
});

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => storeErrorOf(error)?.kind ?? error,
  );

test('A connection that is lost while a transaction has it fails that transaction alone', async () => {
  const work = database.beforeTenant(async (tx) => {
    await line.cut();
    await sql`select 1`.execute(tx);
  });
  expect(await failureOf(work)).toBe('unavailable');
  await line.mend();
  await database.ping();
});

test('A connection that is lost while its statement runs fails that statement alone', async () => {
  const work = failureOf(database.beforeTenant((tx) => sql`select pg_sleep(3)`.execute(tx)));
  const sleepers = `select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`;
  await expect.poll(async () => (await owner.query(sleepers)).rowCount, { timeout: 3_000 }).toBe(1);
  await line.cut();
  expect(await work).toBe('unavailable');
  await line.mend();
  await database.ping();
});

test('PostgreSQL that ends a connection which a transaction has fails that transaction alone', async () => {
  const work = database.beforeTenant(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await owner.query('select pg_terminate_backend($1, 5000)', [rows[0]?.pid]);
    await sql`select 1`.execute(tx);
  });
  expect(await failureOf(work)).toBe('unavailable');
  await database.ping();
});

test('A channel is heard again after its connection was lost, also where that was before anybody waited for it', async () => {
  const stopping = new AbortController();
  const heard: string[] = [];
  let times = 0;
  const listening = keepListening({
    database,
    channel: 'stitchd_test',
    onPayload: (payload) => void heard.push(payload),
    async onListening() {
      times++;
      if (times > 1) return;
      await line.cut();
      await line.mend();
    },
    onTrouble: () => undefined,
    signal: stopping.signal,
  });
  await expect.poll(() => times, { timeout: 20_000 }).toBeGreaterThan(1);
  await database.beforeTenant((tx) => sql`select pg_notify('stitchd_test', 'again')`.execute(tx));
  await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['again']);
  stopping.abort();
  await listening;
});

test('Who asks whether a silent store answers hears so in time, and uses up no connection', async () => {
  await database.ping();
  isSilent = true;
  const asked = Array.from({ length: postgresLimits.poolConnections }, () => database.ping());
  for (const answer of asked) await expect(answer).rejects.toThrow('takes too long to answer');
  isSilent = false;
  await expect.poll(() => failureOf(database.ping()), { timeout: 20_000 }).toBeUndefined();
});

test('Closing leaves no connection behind, also where nothing but readiness was ever asked for', async () => {
  const sessions = `select from pg_stat_activity where application_name = 'only asked' and datname = current_database()`;
  const asked = createDatabase({ url, applicationName: 'only asked' });
  await asked.ping();
  expect((await owner.query(sessions)).rowCount).toBe(1);
  await asked.close();
  await expect.poll(async () => (await owner.query(sessions)).rowCount, { timeout: 5_000 }).toBe(0);
});

test('A connection on which a statement stays without an answer is given up', async () => {
  const connection = await openConnection({ connectionString: url });
  limitSilence(connection, 100);
  isSilent = true;
  expect(await failureOf(connection.query('select 1'))).toBe('unavailable');
  await connection.end();
});

test('A connection of a pool may be silent for longer than it lies idle, and no longer than its limit', async () => {
  const pool = openPool({ connectionString: url });
  const connection = await pool.connect();
  expect(connection.connection.stream).toHaveProperty('timeout', postgresLimits.silentConnectionMs);
  expect(postgresLimits.silentConnectionMs).toBeGreaterThan(postgresLimits.idleTimeoutMs);
  connection.release();
  await pool.end();
});
