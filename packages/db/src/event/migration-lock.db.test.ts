import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { withEventStoreLock } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** How many sessions wait for an advisory lock of this database. */
async function waiting(): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rowCount } = await client.query(
    "select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
  );
  await client.end();
  return rowCount ?? 0;
}

test('Two migrations at the same time run one after the other, and a failed one lets the next go on', async () => {
  const steps: string[] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let entered: () => void = () => undefined;
  const inside = new Promise<void>((resolve) => (entered = resolve));
  const first = withEventStoreLock(database.url, async () => {
    entered();
    await gate;
    steps.push('first');
    throw new Error('failed');
  });
  await inside;
  const second = withEventStoreLock(database.url, async () => void steps.push('second'));
  await expect.poll(waiting, { timeout: 30_000 }).toBe(1);
  open();
  await expect(first).rejects.toThrow('failed');
  await second;
  expect(steps).toEqual(['first', 'second']);
});
