import { randomBytes, randomUUID } from 'node:crypto';
import { uuidv7 } from '@stitchd/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { createEventStore, distinctEvents, eventStoreErrorOf } from './index.ts';

let test_: TestEventStore;
beforeAll(async () => {
  test_ = await createTestEventStore();
});
afterAll(() => test_.drop());

const item = (environmentId: string, more: object = {}) => ({
  environment_id: environmentId,
  item_id: uuidv7(Date.now(), randomBytes(10)),
  at: '2026-05-01 10:00:00.000',
  skew_ms: 0,
  accepted_at: '2026-05-01 10:00:01.000',
  units: { user: 'u-1' },
  event: 'purchase',
  value: 1,
  properties: '',
  ...more,
});
const insert = (rows: readonly object[], token: string = randomUUID()) =>
  test_.store.insertRows('event', rows as Record<string, unknown>[], { token });
const total = async (environmentId: string, sql = distinctEvents({ columns: ['value'] })) => {
  const rows = await test_.store.query<{ items: number; total: number }>({
    environmentId,
    sql: `SELECT count() AS items, sum(value) AS total FROM ${sql} WHERE {environmentId:UUID} = {environmentId:UUID}`,
  });
  return rows[0];
};

test('A query sees only the rows of its environment, even where its statement forgets to say so', async () => {
  const [ours, theirs] = [randomUUID(), randomUUID()];
  await insert([item(ours), item(theirs, { value: 100 })]);
  expect(await total(ours)).toEqual({ items: 1, total: 1 });
  expect(await total(ours, 'event')).toEqual({ items: 1, total: 1 });
  expect(
    await total(ours, `(SELECT value FROM \`${test_.store.database}\`.event UNION ALL SELECT value FROM event AS e)`),
  ).toEqual({
    items: 2,
    total: 2,
  });
});

test('A query without its environment is refused before it is sent', async () => {
  const sql = 'SELECT count() FROM event';
  await expect(test_.store.query({ environmentId: randomUUID(), sql })).rejects.toThrow(/names \{environmentId:UUID\}/);
  await expect(test_.store.query({ environmentId: "' OR 1=1 --", sql: `${sql} WHERE {environmentId:UUID}` })).rejects.toThrow(
    RangeError,
  );
});

test('A query of no tenant sees no row of any', async () => {
  await insert([item(randomUUID())]);
  expect(await test_.store.systemQuery('SELECT count() AS n FROM event')).toEqual([{ n: 0 }]);
});

test('Two identical inserts are two under different tokens and one under the same', async () => {
  const environmentId = randomUUID();
  const raw = async () => (await total(environmentId, 'event'))?.items;
  const row = item(environmentId);
  await insert([row], 'one');
  await insert([row], 'one');
  expect(await raw()).toBe(1);
  await insert([row], 'two');
  expect(await raw()).toBe(2);
  expect(await total(environmentId)).toEqual({ items: 1, total: 1 });
});

test('Of the copies of an item, the one stored first tells what differs between them; of those stored at once, the one accepted first', async () => {
  const environmentId = randomUUID();
  const stored_at = '2026-05-01 10:00:06.000';
  const first = item(environmentId, { skew_ms: 400_000, accepted_at: '2026-05-01 10:00:00.000', stored_at });
  // From the spool of a replica that was away.
  const late = { skew_ms: 400_009, accepted_at: '2026-05-01 09:59:59.000', stored_at: '2026-05-01 11:00:00.000' };
  await insert([{ ...first, ...late }]);
  const retried = { ...first, skew_ms: 400_007, accepted_at: '2026-05-01 10:00:05.000' };
  await insert([first, retried]);
  const columns = ['at', 'skew_ms', 'happened_at', 'accepted_at'];
  // Found among all rows, or as one of few.
  for (const few of [{}, { few: 'copy.uid != 0' }]) {
    const sql = `SELECT * EXCEPT item_id, {environmentId:UUID} = {environmentId:UUID} AS same FROM ${distinctEvents({
      columns,
      expressions: { user: "units['user']" },
      where: ["event = 'purchase'", 'value > 0'],
      ...few,
    })}`;
    expect(await test_.store.query({ environmentId, sql })).toEqual([
      {
        at: '2026-05-01T10:00:00.000Z',
        skew_ms: 400_000,
        happened_at: '2026-05-01T10:06:40.000Z',
        accepted_at: '2026-05-01T10:00:00.000Z',
        user: 'u-1',
        same: 1,
      },
    ]);
  }
});

test('Whoever asks hears how many rows were read for the answer', async () => {
  const read: number[] = [];
  const sql = 'SELECT count() AS n, {environmentId:UUID} = {environmentId:UUID} AS same FROM numbers(1000)';
  const rows = await test_.store.query({ environmentId: randomUUID(), sql, onRead: (count) => read.push(count) });
  expect(rows).toEqual([{ n: 1_000, same: 1 }]);
  expect(read).toEqual([1_000]);
});

test('An insert of selected rows happens once per token', async () => {
  const environmentId = randomUUID();
  await insert([item(environmentId), item(environmentId)]);
  await test_.store.command(
    'CREATE TABLE derived (environment_id UUID, item_id UUID) ENGINE = MergeTree ORDER BY item_id SETTINGS non_replicated_deduplication_window = 100',
  );
  const derive = (token: string) =>
    test_.store.insertSelect({
      environmentId,
      sql: 'INSERT INTO derived SELECT environment_id, item_id FROM event WHERE environment_id = {environmentId:UUID} ORDER BY item_id',
      token,
    });
  await derive('a');
  await derive('a');
  expect(await test_.store.systemQuery('SELECT count() AS n FROM derived')).toEqual([{ n: 2 }]);
});

test('What goes wrong has a kind', async () => {
  const environmentId = randomUUID();
  const run = (sql: string, limits: object = {}) =>
    test_.store.query({ environmentId, sql: `${sql} WHERE {environmentId:UUID} = {environmentId:UUID}`, limits }).then(
      () => undefined,
      (error: unknown) => eventStoreErrorOf(error)?.kind,
    );
  expect(await run('SELECT sum(sipHash64(number)) FROM numbers(100000000000)', { executionSeconds: 1 })).toBe('timeout');
  expect(await run('SELECT groupArray(number) FROM numbers(100000000)', { memoryBytes: 10_000_000 })).toBe('memory');
  expect(await run('SELECT nonsense')).toBe('query');
  expect(await run('SELECT number FROM numbers(10)', { resultRows: 5 })).toBe('query');
  const wrong = await insert([item(environmentId, { item_id: 'no uuid' })]).catch(eventStoreErrorOf);
  expect(wrong).toMatchObject({ kind: 'rows' });
});

test('A store that does not answer is unavailable', async () => {
  const gone = createEventStore({ url: 'http://127.0.0.1:9/x', applicationName: 'test' });
  expect(eventStoreErrorOf(await gone.ping().catch((error: unknown) => error))?.kind).toBe('unavailable');
  expect(eventStoreErrorOf(await gone.insertRows('event', [{}], { token: 't' }).catch((error: unknown) => error))?.kind).toBe(
    'unavailable',
  );
  await gone.close();
});

test('A limit above the most is refused', async () => {
  const query = { environmentId: randomUUID(), sql: 'SELECT {environmentId:UUID}' };
  await expect(test_.store.query({ ...query, limits: { executionSeconds: 1_801 } })).rejects.toThrow(RangeError);
  await expect(test_.store.query({ ...query, limits: { executionSeconds: 1_800 } })).resolves.toHaveLength(1);
});

test('Parameters that are too long for a usual URL arrive whole', async () => {
  const texts = Array.from({ length: 1_000 }, (_, index) => `text ${index} with 'quotes'`);
  const query = {
    environmentId: randomUUID(),
    sql: 'SELECT {texts:Array(String)} AS texts, {environmentId:UUID} AS id',
    params: { texts },
  };
  expect(await test_.store.query(query)).toMatchObject([{ texts }]);
});
