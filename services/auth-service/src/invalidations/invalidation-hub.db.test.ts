import { randomUUID } from 'node:crypto';
import { createDatabase, type Database } from '@stitchd/db';
import { createLogger, problemOf } from '@stitchd/service-kit';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { authLimits } from '../limits.ts';
import { createInvalidationHub, type InvalidationHub } from './invalidation-hub.ts';

let store: TestDatabase;
let database: Database;
let owner: pg.Client;
let hub: InvalidationHub;

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
  owner = new pg.Client({ connectionString: store.url });
  await owner.connect();
  hub = createInvalidationHub({ database, nowMs: Date.now, log: createLogger('silent') });
  hub.start();
});
afterAll(async () => {
  await hub.stop();
  await owner.end();
  await database.close();
  await store.drop();
});

const announce = (sessionId: string) => owner.query(`select pg_notify('stitchd_invalidation', $1)`, [`session ${sessionId}`]);
const announceOthers = (count: number) =>
  owner.query(`select pg_notify('stitchd_invalidation', 'session ' || gen_random_uuid()) from generate_series(1, $1::int)`, [
    count,
  ]);

/** A stream that is read all the time. */
function readAlong() {
  const heard = new Set<string>();
  const closing = new AbortController();
  const ended = (async () => {
    for await (const message of hub.watch(closing.signal)) if (message.kind === 'session') heard.add(message.sessionId);
  })();
  return {
    heard,
    async close() {
      closing.abort();
      await ended;
    },
  };
}

/** A stream of which nothing is read after its beginning, until somebody does. */
async function openSlowly() {
  const stream = hub.watch(new AbortController().signal);
  while ((await stream.next()).value?.kind !== 'heartbeat');
  return stream;
}

test('As many invalidations as the limit wait for a slow stream; one more ends it and tells its reader to come again', async () => {
  const reader = readAlong();
  const listening = randomUUID();
  const isHeard = async () => {
    await announce(listening);
    return reader.heard.has(listening);
  };
  await expect.poll(isHeard, { timeout: 30_000 }).toBe(true);

  const [slow, slower] = [await openSlowly(), await openSlowly()];
  const [last, oneMore] = [randomUUID(), randomUUID()];
  await announceOthers(authLimits.waitingInvalidations - 1);
  await announce(last);
  await expect.poll(() => reader.heard.has(last), { timeout: 30_000 }).toBe(true);
  const taken: unknown[] = [];
  while (taken.length < authLimits.waitingInvalidations) taken.push((await slow.next()).value);
  expect(taken.at(-1)).toEqual({ kind: 'session', sessionId: last });

  await announce(oneMore);
  await expect.poll(() => reader.heard.has(oneMore), { timeout: 30_000 }).toBe(true);
  expect((await slow.next()).value).toEqual({ kind: 'session', sessionId: oneMore });
  expect(problemOf(await slower.next().catch((error: unknown) => error)).code).toBe('RATE_LIMITED');
  await slow.return(undefined);
  await reader.close();
});
