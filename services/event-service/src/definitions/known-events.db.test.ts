import { randomUUID } from 'node:crypto';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { eventServiceLimits } from '../limits.ts';
import { createKnownEvents } from './known-events.ts';

let store: TestDatabase;
let database: Database;
beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await store.drop();
});

test('The events of as many projects as the limit are known; one more takes the place of the one used the longest ago', async () => {
  let reads = 0;
  const counting: Database = {
    ...database,
    inTenant: (organisationId, work) => {
      reads++;
      return database.inTenant(organisationId, work);
    },
  };
  const known = createKnownEvents({ database: counting, nowMs: () => 0 });
  const organisationId = randomUUID();
  const projects = Array.from({ length: eventServiceLimits.knownProjects }, () => randomUUID());
  const readsFor = async (projectId: string): Promise<number> => {
    const before = reads;
    await known.get({ organisationId, projectId }, new Set());
    return reads - before;
  };
  const [first = '', second = ''] = projects;
  for (const projectId of projects) await known.get({ organisationId, projectId }, new Set());
  expect(reads).toBe(eventServiceLimits.knownProjects);
  expect(await readsFor(first)).toBe(0);
  expect(await readsFor(randomUUID())).toBe(1);
  expect(await readsFor(first)).toBe(0);
  expect(await readsFor(second)).toBe(1);
});
