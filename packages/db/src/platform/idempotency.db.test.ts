import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { createDatabase, postgresLimits, type Database } from '../postgres/index.ts';
import { doOnce, type RepeatableRequest } from './index.ts';

let store: TestDatabase;
let database: Database;
const organisationId = randomUUID();

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await store.drop();
});

const request = (key: string, body = 'body', principalId = 'ada'): RepeatableRequest => ({
  organisationId,
  principalId,
  route: 'CreateFlag',
  key,
  bodyHash: createHash('sha256').update(body).digest(),
});
let done = 0;
const write = (of: RepeatableRequest | undefined, response: string | undefined = 'made') =>
  database.inTenant(organisationId, (tx) =>
    doOnce(
      tx,
      of,
      () => response,
      async () => ++done,
    ),
  );

test('A write with a key is done once, and a repetition gets the response of the first', async () => {
  const before = done;
  expect(await write(request('k-1'))).toEqual({ kind: 'done', value: before + 1 });
  expect(await write(request('k-1'))).toEqual({ kind: 'repeated', response: 'made' });
  expect(done).toBe(before + 1);
});

test('Two repetitions at the same moment do the write once', async () => {
  const before = done;
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => write(request('k-2'))));
  expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(1);
  expect(outcomes.filter(({ kind }) => kind === 'repeated')).toHaveLength(5);
  expect(done).toBe(before + 1);
});

test('A key is refused for another body, belongs to its principal, and without one nothing is remembered', async () => {
  await write(request('k-3'));
  expect(await write(request('k-3', 'another body'))).toEqual({ kind: 'key-reused' });
  expect(await write(request('k-3', 'body', 'grace'))).toMatchObject({ kind: 'done' });
  expect(await write(undefined)).toMatchObject({ kind: 'done' });
  expect(await write(undefined)).toMatchObject({ kind: 'done' });
});

test('A response that holds a secret is not stored, and its repetition is refused rather than done again', async () => {
  await database.inTenant(organisationId, (tx) =>
    doOnce(
      tx,
      request('k-4'),
      () => undefined,
      async () => ++done,
    ),
  );
  const before = done;
  expect(await write(request('k-4'))).toEqual({ kind: 'not-repeatable' });
  expect(done).toBe(before);
});

test('A write that failed left no key behind, so that it can be tried again', async () => {
  const failing = database.inTenant(organisationId, (tx) =>
    doOnce(
      tx,
      request('k-5'),
      () => 'made',
      async () => {
        throw new Error('the write failed');
      },
    ),
  );
  await expect(failing).rejects.toThrow('the write failed');
  expect(await write(request('k-5'))).toMatchObject({ kind: 'done' });
});

test('A key is forgotten after a day, not before', async () => {
  await write(request('k-6'));
  const age = (hours: number) =>
    database.inTenant(organisationId, (tx) =>
      sql`update platform.idempotency set created_at = now() - make_interval(hours => ${hours}, mins => -1) where key = 'k-6'`.execute(
        tx,
      ),
    );
  await age(postgresLimits.idempotencyKeepHours);
  expect(await write(request('k-6'))).toMatchObject({ kind: 'repeated' });
  await age(postgresLimits.idempotencyKeepHours + 1);
  expect(await write(request('k-6'))).toMatchObject({ kind: 'done' });
});
